"""``manage retention``: what is past its time and by which rule, listed, or let go as was decided (R37)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.kernel.clock import now
from diaphane.privacy.applying import Plan, plan_retention, run_retention


class Command(BaseCommand):
    """List what retention would let go, or run it once, as the nightly job does."""

    help = "List what is past its time, by opaque identifiers, each with its rule; or run retention once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the list, or for the run: never one for the other."""
        parser.add_argument("--dry-run", action="store_true", help="list only, and write nothing")
        parser.add_argument("--run", action="store_true", help="what the job does each night")
        parser.add_argument("--on", type=date.fromisoformat, help="list as if it were that day (YYYY-MM-DD)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line for each record and each kind of rows, or what was done."""
        if options["dry_run"] == options["run"]:
            raise CommandError("say --dry-run, which lists and writes nothing, or --run")
        if options["run"]:
            if options["on"]:
                raise CommandError("a run is of today: --on goes with --dry-run")
            self._run()
        else:
            on = options["on"] or localdate()
            with override("fr"):
                self._tell(plan_retention(at=_last_instant(on)), on)

    def _run(self) -> None:
        done = run_retention(at=now())
        self.stdout.write(
            f"proposed: {done.proposed}, lapsed: {done.lapsed}, erased: {done.erased}, "
            f"entries of the trail let go: {done.trimmed}, rows let go: {sum(done.swept.values())}"
        )

    def _tell(self, plan: Plan, on: date) -> None:
        for due in plan.records:
            self.stdout.write(f"{due.patient_id}\t{due.exams}\t{due.since:%Y-%m-%d}\t{due.rule.label}")
        trail = plan.leaving.trail
        if trail.days:
            last = max(each.day for each in trail.days)
            self.stdout.write(f"{trail.entries}\t{_('Traces of accesses, to the end of')} {last:%Y-%m-%d}")
        for each, count in plan.leaving.sweeps:
            if count:
                self.stdout.write(f"{count}\t{each.label}")
        self.stdout.write(f"past their time on {on:%Y-%m-%d}: {len(plan.records)}; nothing was erased")


def _last_instant(on: date) -> datetime:
    """Return the end of a day, here: what ends that day is past its time."""
    return datetime.combine(on + timedelta(days=1), time.min, get_current_timezone()) - timedelta(seconds=1)
