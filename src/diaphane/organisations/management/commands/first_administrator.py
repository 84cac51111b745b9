"""``manage first_administrator``: the structure that runs the platform, and who begins there (R18, R41).

Every other structure, account and role is then given on the pages of the directory.
"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.organisations.employing import Post, open_account
from diaphane.organisations.founding import Foundation, create_structure
from diaphane.organisations.models import Structure
from diaphane.organisations.newcomers import Newcomer
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """Open the first account."""

    help = "Open the account of a platform administrator, and the structure where they work; prints the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, and where."""
        parser.add_argument("email")
        parser.add_argument("name", help="as colleagues read it")
        parser.add_argument("finess", help="the FINESS number of their structure")
        parser.add_argument("--structure", default="", help="its name, where it does not exist yet")
        parser.add_argument("--issuer", default="", help="the issuer of its identifiers, in capitals")

    def handle(self, *, email: str, name: str, finess: str, **options: object) -> None:
        """Create what is missing; the invitation leaves by mail, its code is printed once."""
        try:
            site = self._find(finess, str(options["structure"]), str(options["issuer"]))
            post = Post(site.pk, Role.PLATFORM_ADMINISTRATOR.value)
            invited = open_account(newcomer=Newcomer(name, email), post=post, by=SYSTEM, at=now())
        except DiaphaneError as error:
            missing = error.missing if isinstance(error, GuardError) else ()
            raise CommandError(" ".join([str(error), *(f"{each.what}." for each in missing)])) from error
        self.stdout.write(invited.code)

    def _find(self, finess: str, name: str, issuer: str) -> Structure:
        try:
            return find_site(finess)
        except Structure.DoesNotExist:
            foundation = Foundation(name=name, finess=finess, issuer=issuer)
            return create_structure(foundation=foundation, by=SYSTEM, at=now())
