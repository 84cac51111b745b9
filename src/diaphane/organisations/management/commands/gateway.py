"""``manage gateway``: let a site's gateway in by a one-time code, list gateways, shut one out."""

from argparse import ArgumentParser
from datetime import datetime
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diaphane.accounts.machines import issue_enrolment_code, revoke_machine
from diaphane.accounts.models import ServiceToken
from diaphane.accounts.queries import list_machine_tokens
from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """Speak for the administrator, whose pages do not exist yet."""

    help = "Make a one-time code for a site's gateway, list the gateways, or revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and of whom."""
        actions = parser.add_subparsers(dest="action", required=True)
        code = actions.add_parser("code", help="make a one-time code, valid for one day")
        code.add_argument("site", help="the site's FINESS number, or the issuer of its identifiers")
        code.add_argument("--label", help="how the trail names the gateway")
        actions.add_parser("list", help="list the gateways' tokens")
        revoke = actions.add_parser("revoke", help="refuse a gateway from now on")
        revoke.add_argument("machine", type=UUID)

    def handle(self, *, action: str, **options: object) -> None:
        """Do what is asked."""
        if action == "code":
            self._make_code(str(options["site"]), str(options["label"] or ""))
        elif action == "list":
            self._list()
        else:
            self._revoke(UUID(str(options["machine"])))

    def _make_code(self, name: str, label: str) -> None:
        try:
            site = find_site(name)
        except Structure.DoesNotExist as error:
            raise CommandError(
                _("No structure has the FINESS number or the issuer %(name)s.") % {"name": name}
            ) from error
        code = issue_enrolment_code(
            label=label or f"Passerelle de {site.name}"[:120], structure_id=site.pk, by=SYSTEM, at=now()
        )
        self.stdout.write(code)

    def _list(self) -> None:
        tokens = list(list_machine_tokens(role=Role.EDGE))
        for each in tokens:
            used = _("in use") if each.first_used_at else _("not used yet")
            self.stdout.write(f"{each.machine_id}\t{each.label}\t{_say_end(each)}\t{used}")
        if not tokens:
            self.stdout.write(_("No gateway was ever let in."))

    def _revoke(self, machine_id: UUID) -> None:
        count = revoke_machine(machine_id=machine_id, by=SYSTEM, at=now())
        if not count:
            raise CommandError(_("This machine has no token that still serves."))
        self.stdout.write(
            ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", count) % {"count": count}
        )


def _say_end(token: ServiceToken) -> str:
    if token.revoked_at:
        return _("revoked on %(when)s") % {"when": _spell(token.revoked_at)}
    if token.expires_at:
        return _("serves until %(when)s") % {"when": _spell(token.expires_at)}
    return _("serves without end")


def _spell(moment: datetime) -> str:
    return f"{localtime(moment):%d/%m/%Y %H:%M}"
