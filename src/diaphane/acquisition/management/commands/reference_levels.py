"""``manage reference_levels``: list what doses are compared with, or load a site's own file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diaphane.acquisition.level_files import BadLevelsError, Level, list_national_levels, read_levels
from diaphane.acquisition.levels import list_site_levels, load_site_levels
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """List or load reference levels (R93)."""

    help = "List the reference levels; with --site and a file, load those of a site in place of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the site and its file."""
        parser.add_argument("file", nargs="?", type=Path, help="TOML file of levels, dated and sourced")
        parser.add_argument("--site", help="FINESS number of the site, or the issuer of its identifiers")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load the file if there is one, then print the levels that stand."""
        site = self._find(options["site"]) if options["site"] else None
        if options["file"]:
            if site is None:
                raise CommandError("--site is needed: a file of levels is that of a site")
            self._load(site, options["file"])
        for level in list_site_levels(site.pk) if site else list_national_levels():
            self.stdout.write(_spell(level))

    def _find(self, name: str) -> Structure:
        try:
            return find_site(name)
        except Structure.DoesNotExist as error:
            raise CommandError(f"no structure is known as {name}") from error

    def _load(self, site: Structure, path: Path) -> None:
        try:
            levels = read_levels(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, BadLevelsError) as error:
            raise CommandError(str(error)) from error
        count = load_site_levels(structure=site, levels=levels, by=SYSTEM, at=now())
        self.stdout.write(f"loaded: {count}")


def _spell(level: Level) -> str:
    what = level.exam_code or ", ".join(level.names)
    value = f"{level.quantity.name} {level.reference:f} {level.unit}"
    return f"{level.label} [{what}] {value} ({level.source}, {level.dated})"
