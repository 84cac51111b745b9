"""``manage verify_audit``: walk the chain and name the first broken entry (R44)."""

from django.core.management.base import BaseCommand, CommandError

from diaphane.audit.queries import verify_chain


class Command(BaseCommand):
    """Verify the audit chain."""

    help = "Verify the audit chain; name the first broken entry and the entries not sealed yet."

    def handle(self, *args: object, **options: object) -> None:
        """Print what was found; exit non-zero when the chain is broken."""
        found = verify_chain()
        self.stdout.write(f"sealed: {found.sealed}, not sealed yet: {list(found.unsealed)}")
        if found.broken is not None:
            raise CommandError(f"the chain breaks at entry {found.broken}")
