"""``manage rules``: list the guards that are enforced; ``--markdown`` writes them as documents."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from diaphane.web.quality.documents import render_rules, render_states
from diaphane.web.quality.guide_document import render_guide
from diaphane.web.quality.rules import list_rule_sets


class Command(BaseCommand):
    """List the rules of the guide that block a step."""

    help = "List the guards with their requirement; --markdown writes their documents of docs/conformance."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the document mode."""
        parser.add_argument("--markdown", action="store_true", help="write the documents instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line per guard, or write the documents."""
        if options["markdown"]:
            folder = settings.ROOT / "docs" / "conformance"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "rules.md").write_text(render_rules(), encoding="utf-8")
            (folder / "states.md").write_text(render_states(), encoding="utf-8")
            (folder / "guide.md").write_text(render_guide(), encoding="utf-8")
            return
        with override("fr"):
            self._print()

    def _print(self) -> None:
        for rule_set in list_rule_sets():
            for rule in rule_set.rules:
                guard, vital = rule.guard, "V" if rule.guard.yields_to_vital else " "
                self.stdout.write(
                    f"{guard.requirement:<5} {vital} {guard.code:<34} {rule_set.table.label} · "
                    f"{rule.step.label} ({rule.roles}) : {guard.title}"
                )
