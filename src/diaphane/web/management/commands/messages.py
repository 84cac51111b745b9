"""Keep the French catalogue: ``messages [APP…]``, or ``--check``, ``--compile``, ``--prune``, ``--fill``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diaphane.web import catalogue


class Command(BaseCommand):
    """Update, check or compile the French catalogue."""

    help = "Update the French catalogue of the named folders (all by default), check it, or compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the folders and the three other modes."""
        parser.add_argument("apps", nargs="*", metavar="APP", help="folders of src/diaphane, all by default")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="fail and list what is missing or obsolete")
        mode.add_argument("--compile", action="store_true", help="write the .mo files that Django reads")
        mode.add_argument(
            "--fill", type=Path, help="update, with the French of a JSON file {English: French}"
        )
        mode.add_argument(
            "--prune", action="store_true", help="update, and drop what no source says any more"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the chosen mode."""
        apps = options["apps"] or catalogue.list_apps()
        if options["compile"]:
            self.stdout.write(f"compiled: {catalogue.compile_all()}")
        elif options["check"]:
            self._check(apps)
        else:
            french = json.loads(options["fill"].read_text(encoding="utf-8")) if options["fill"] else {}
            self._update(apps, prune=options["prune"], french=french)

    def _check(self, apps: list[str]) -> None:
        faults = catalogue.check(apps)
        if faults:
            raise CommandError(
                "the French catalogue is not complete\n" + "\n".join(str(each) for each in faults)
            )
        self.stdout.write("the French catalogue is complete")

    def _update(self, apps: list[str], *, prune: bool, french: dict[str, catalogue.Text]) -> None:
        for app in apps:
            catalogue.update(app, prune=prune, french=french)
        missing = [fault for fault in catalogue.check(apps) if fault.reason == "missing"]
        for fault in missing:
            self.stdout.write(str(fault))
        self.stdout.write(f"to translate: {len(missing)}")
