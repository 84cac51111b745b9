"""``manage service``: let a connected service in at a site, list services, rotate a token, shut one out."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from diaphane.accounts.machines import Credential, revoke_machine
from diaphane.accounts.models import ServiceToken
from diaphane.accounts.queries import list_machine_tokens
from diaphane.accounts.scopes import SCOPES
from diaphane.accounts.services import DAYS, open_service, rotate_service
from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """Speak for the administrator."""

    help = "Open a connected service at a site, list the services, rotate a token, or revoke a service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and of whom."""
        actions = parser.add_subparsers(dest="action", required=True)
        opened = actions.add_parser("open", help="make a service's first token; it is shown this once")
        opened.add_argument("site", help="the site's FINESS number, or the issuer of its identifiers")
        opened.add_argument("label", help="how the trail names the service")
        opened.add_argument("--scope", action="append", required=True, choices=sorted(SCOPES))
        actions.add_parser(
            "list", help="list the tokens of services and collectors, their scope and their last use"
        )
        rotate = actions.add_parser("rotate", help="make the next token; the old one goes on for an hour")
        for each in (opened, rotate):
            each.add_argument("--days", type=int, default=DAYS, help="how long the token lasts (365 at most)")
        revoke = actions.add_parser("revoke", help="refuse a service from now on")
        for each in (rotate, revoke):
            each.add_argument("machine", type=UUID)

    def handle(self, *, action: str, **options: object) -> None:
        """Do what is asked; a refusal is said as it is."""
        if action == "list":
            for role in (Role.SERVICE, Role.COLLECTOR):
                for each in list_machine_tokens(role=role):
                    self.stdout.write(_describe(each))
            return
        try:
            self._change(action, options)
        except DiaphaneError as error:
            raise CommandError(str(error)) from error

    def _change(self, action: str, options: dict[str, object]) -> None:
        if action == "revoke":
            count = revoke_machine(machine_id=UUID(str(options["machine"])), by=SYSTEM, at=now())
            if not count:
                raise CommandError("this service has no token that still serves")
            self.stdout.write(f"revoked: {count}")
            return
        given = self._open(options) if action == "open" else self._rotate(options)
        self.stdout.write(given.token)
        self.stderr.write(f"expires {localtime(given.expires_at):%Y-%m-%d %H:%M}")

    def _open(self, options: dict[str, object]) -> Credential:
        try:
            site = find_site(str(options["site"]))
        except Structure.DoesNotExist as error:
            raise CommandError(
                f"no structure has the FINESS number or the issuer {options['site']}"
            ) from error
        scopes = [str(each) for each in options["scope"]]  # type: ignore[attr-defined]
        return open_service(
            label=str(options["label"])[:120],
            structure_id=site.pk,
            scopes=scopes,
            days=int(str(options["days"])),
            by=SYSTEM,
            at=now(),
        )

    def _rotate(self, options: dict[str, object]) -> Credential:
        machine = UUID(str(options["machine"]))
        return rotate_service(machine_id=machine, days=int(str(options["days"])), by=SYSTEM, at=now())


def _describe(token: ServiceToken) -> str:
    over = token.revoked_at or token.expires_at
    word = "revoked" if token.revoked_at else "expires"
    until = f"{word} {localtime(over):%Y-%m-%d %H:%M}" if over else "never expires"
    used = f"used {localtime(token.last_used_at):%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
    return f"{token.machine_id}\t{token.label}\t{token.scope}\t{until}\t{used}"
