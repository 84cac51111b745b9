"""``manage retention --dry-run``: which records are past their time, and by which rule; nothing is erased."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate
from django.utils.translation import override

from diaphane.privacy.retention import iter_due


class Command(BaseCommand):
    """List what retention would let go."""

    help = "List the medical records past their time, by opaque identifiers, each with its rule."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask that a list is all that is wanted."""
        parser.add_argument("--dry-run", action="store_true", help="list only: this version erases nothing")
        parser.add_argument("--on", type=date.fromisoformat, help="as if it were that day (YYYY-MM-DD)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line per record, then how many."""
        if not options["dry_run"]:
            raise CommandError("this version lists and erases nothing: say --dry-run")
        on, count = options["on"] or localdate(), 0
        with override("fr"):
            for count, due in enumerate(iter_due(on=on), start=1):  # noqa: B007 - told below
                self.stdout.write(f"{due.patient_id}\t{due.exams}\t{due.since:%Y-%m-%d}\t{due.rule.label}")
        self.stdout.write(f"past their time on {on:%Y-%m-%d}: {count}; nothing was erased")
