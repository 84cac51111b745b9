"""``manage register``: print the register of processing; ``--markdown`` writes it as a document."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from diaphane.privacy.register import render_register


class Command(BaseCommand):
    """Write the register of article 30 from the code."""

    help = "Print the register of processing; --markdown writes docs/conformance/processing.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the document mode."""
        parser.add_argument("--markdown", action="store_true", help="write the document instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the register, or write it."""
        if options["markdown"]:
            target = settings.ROOT / "docs" / "conformance" / "processing.md"
            target.write_text(render_register(), encoding="utf-8")
            return
        self.stdout.write(render_register())
