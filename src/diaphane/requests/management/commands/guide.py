"""``manage guide FILE``: read a licensed guide of good use before ``DIAPHANE_GUIDE`` names it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diaphane.requests.catalogue import CATALOGUE
from diaphane.safety.appropriateness import Guide, MalformedGuideError, load_licensed, load_starter


class Command(BaseCommand):
    """Read a guide."""

    help = "Check a licensed guide of good use; without a file, describe the one that is shipped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", nargs="?", type=Path, help="TOML file of a guide")

    def handle(self, *_args: object, file: Path | None = None, **_options: object) -> None:
        """Read it whole, and say what it holds."""
        try:
            guide = load_licensed(file) if file else load_starter()
        except MalformedGuideError as error:
            raise CommandError(f"refused: {error}") from error
        head = f"{guide.title} {guide.version} ({guide.dated}), {guide.status}"
        self.stdout.write(f"{head}: {len(guide.rules)} rules")
        for name in sorted(_list_unknown_exams(guide)):
            self.stdout.write(f"no exam of the catalogue is {name}")


def _list_unknown_exams(guide: Guide) -> set[str]:
    terms = [term for rule in guide.rules for term in rule.when if term.name == "exam"]
    return {str(name) for term in terms for name in term.among or ()} - set(CATALOGUE)
