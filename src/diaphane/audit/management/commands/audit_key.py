"""``manage audit_key``: make the key that signs the audit trail each day (R44)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from diaphane.audit.keys import make_key


class Command(BaseCommand):
    """Make the signing key."""

    help = "Make the key that signs the audit trail each day, once; its public half is written beside."

    def handle(self, *args: object, **options: object) -> None:
        """Make it; keep the one that exists."""
        try:
            name = make_key(settings.AUDIT_KEY)
        except FileExistsError as error:
            raise CommandError(f"{settings.AUDIT_KEY} exists: it is never written over") from error
        self.stdout.write(f"{settings.AUDIT_KEY}\n{name}")
