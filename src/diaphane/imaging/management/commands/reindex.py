"""``manage reindex``: rebuild the index of images from the files of the object store."""

from datetime import timedelta
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from diaphane.imaging.reindexing import IN_TRANSIT, Run, Tally, reindex
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import find_site


class Command(BaseCommand):
    """Speak for the administrator; see docs/runbooks/images.md."""

    help = "Rebuild the rows of images from their files, and name the files that are damaged or missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what a run may be told."""
        minutes = int(IN_TRANSIT.total_seconds() // 60)
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
        parser.add_argument("--after", default="", metavar="KEY", help="go on after this key")
        parser.add_argument("--site", help="site of the lost images that name none: FINESS or issuer")
        parser.add_argument(
            "--in-transit",
            type=int,
            default=minutes,
            metavar="MINUTES",
            help="leave younger files without a row to their transfer (0 when nothing can come)",
        )

    def handle(
        self, *, dry_run: bool, after: str, site: str | None, in_transit: int, **_rest: object
    ) -> None:
        """Run, saying how far it is; fail when files must be looked at."""
        run = Run(
            after=after,
            is_dry=dry_run,
            site_id=self._find(site) if site else None,
            in_transit=timedelta(minutes=in_transit),
        )
        self._last = after
        try:
            tally = reindex(run=run, tell=self._tell, by=SYSTEM, at=now())
        except OSError as error:
            raise CommandError(_("The object store cannot be read. %s") % self._say_how_to_go_on()) from error
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted. %s") % self._say_how_to_go_on()) from None
        self._conclude(tally, run)

    def _say_how_to_go_on(self) -> str:
        return _("To go on: --after %(key)s") % {"key": self._last or "''"}

    def _find(self, name: str) -> UUID:
        try:
            return find_site(name).pk
        except Structure.DoesNotExist as error:
            raise CommandError(_("No structure is known as %(name)s.") % {"name": name}) from error

    def _tell(self, tally: Tally, last: str) -> None:
        self._last = last
        self.stdout.write(
            _("%(found)d files read, %(repaired)d rows repaired, %(added)d added; last key: %(last)s")
            % {**tally.numbers, "last": last}
        )

    def _conclude(self, tally: Tally, run: Run) -> None:
        """Print every count, then the keys that a person must look at."""
        for words, count in _list_counts(tally):
            self.stdout.write(f"{words} : {count}")
        troubles = _list_troubles(tally)
        for words, keys in troubles:
            self.stdout.write(f"{words} :")
            self.stdout.writelines(f"  {key}\n" for key in keys)
        if run.is_dry:
            self.stdout.write(_("Dry run: nothing was written."))
        if troubles or tally.unsettled:
            raise CommandError(_("Some files or rows must be looked at: see docs/runbooks/images.md."))


def _list_counts(tally: Tally) -> list[tuple[str, int]]:
    return [
        (_("Files found"), tally.found),
        (_("Already right"), tally.right),
        (_("Rows repaired"), tally.repaired),
        (_("Rows added"), tally.added),
        (_("Kept aside, another content of a known image"), tally.aside),
        (_("Left to their transfer, too young"), tally.in_transit),
        (_("Series repaired"), tally.series),
        (_("Studies repaired"), tally.studies),
        (_("Studies counted again"), tally.recounted),
        (_("Studies shown again to their site"), tally.waiting),
        (_("Series or studies that could not be repaired"), tally.unsettled),
    ]


def _list_troubles(tally: Tally) -> list[tuple[str, list[str]]]:
    """List what a person must look at; nothing is said but keys."""
    troubles = [
        (_("Damaged files, whose content is not what their name says"), tally.damaged),
        (_("Foreign files, which are no images of the platform"), tally.foreign),
        (_("Missing files, which the database names"), tally.missing),
        (_("Images whose site is not known (--site)"), tally.unplaced),
        (_("Images that could not be compared with the one that holds their place"), tally.uncertain),
    ]
    return [(words, keys) for words, keys in troubles if keys]
