"""``manage collector SITE``: give a structure's collector of traces its token, shown once (R43).

``manage service rotate`` renews it, and the pages of the directory do.
"""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diaphane.accounts.services import DAYS, open_collector
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """Give a collector its token."""

    help = "Give the collector of a structure the token under which it reads /fhir/AuditEvent; shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the structure."""
        parser.add_argument("site", help="its FINESS number or its issuer")
        parser.add_argument("--days", type=int, default=DAYS, help="how long the token lasts (365 at most)")
        parser.add_argument("--label", default="", help="what the trail calls it")

    def handle(self, *_args: object, **options: object) -> None:
        """Print the token."""
        try:
            site = find_site(str(options["site"]))
        except Structure.DoesNotExist as error:
            raise CommandError(
                f"no structure has the FINESS number or the issuer {options['site']}"
            ) from error
        label = str(options["label"] or f"Collecteur de traces de {site.name}")[:120]
        days = int(str(options["days"]))
        try:
            given = open_collector(label=label, structure_id=site.pk, days=days, by=SYSTEM, at=now())
        except DiaphaneError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(given.token)
