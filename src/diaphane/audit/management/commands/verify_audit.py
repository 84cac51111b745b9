"""``manage verify_audit``: walk the chain and its signatures, and name the first broken entry (R44)."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from diaphane.audit.keys import read_public_keys
from diaphane.audit.signing import journal_path
from diaphane.audit.verifying import Report, verify_trail


class Command(BaseCommand):
    """Verify the audit trail."""

    help = "Verify the audit trail: name the first broken entry, a forged or lost signature, what came late."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take public keys and a journal that were kept away from this machine."""
        parser.add_argument("--keys", type=Path, help="a folder of public keys (default: beside the key)")
        parser.add_argument(
            "--journal", type=Path, help="a copy of signatures.jsonl (default: beside the key)"
        )

    def handle(self, *args: object, **options: Path | None) -> None:
        """Print what was found; exit non-zero when anything does not hold."""
        folder = options["keys"] or Path(settings.AUDIT_KEY).parent
        found = verify_trail(keys=read_public_keys(folder), journal=options["journal"] or journal_path())
        self.stdout.write(f"sealed: {found.chain.sealed}, not sealed yet: {list(found.chain.unsealed)}")
        self.stdout.write(f"signed days: {found.signed}, entries not signed yet: {found.unsigned}")
        if not found.is_sound:
            raise CommandError("; ".join(_list_faults(found)))


def _list_faults(found: Report) -> list[str]:
    """Say each fault in words, the chain first."""
    faults = []
    if found.chain.broken is not None:
        faults.append(f"the chain breaks at entry {found.chain.broken}")
    if found.fault is not None:
        entry = f" (from entry {found.fault.entry})" if found.fault.entry is not None else ""
        faults.append(f"signature of {found.fault.day}: {found.fault.words}{entry}")
    if found.late:
        faults.append(f"slipped in after a signature: {list(found.late)}")
    return faults
