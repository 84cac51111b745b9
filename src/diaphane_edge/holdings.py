"""Say which objects are safe: durable on this disk or verified on the platform, of the class they claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .commitment import CLASS_INSTANCE_CONFLICT, NO_SUCH_INSTANCE, PROCESSING_FAILURE
from .commitments import Named
from .digests import DamagedFileError
from .platform import Platform
from .spool import Spool
from .states import LEAVING, State

ASKED_AT_ONCE = 50
"""Identifiers in one question: an address stays under four kilobytes."""


class NotYetKnownError(RuntimeError):
    """Say why nothing can be said yet of what is held."""


@dataclass(frozen=True)
class Holdings:
    """What this gateway and its platform hold."""

    spool: Spool
    platform: Platform

    def list_failures(self, objects: Sequence[Named]) -> dict[Named, int]:
        """Map the objects that cannot be committed to their reasons (PS3.3 §C.14.1.1).

        Raises PlatformError when the platform must be asked and does not answer, NotYetKnownError when
        the journal lags behind what was acknowledged.
        """
        if not self.spool.settle():
            raise NotYetKnownError("the journal cannot be written")
        if self.spool.journal.list_unjudged() & {each.sop_instance_uid for each in objects}:
            raise NotYetKnownError("an object that came again is not compared yet")
        disputed = {each.sop_instance_uid for each in self.spool.journal.list_in(State.SET_ASIDE)}
        classes = {each: self._read_class(each.sop_instance_uid) for each in objects}
        elsewhere = [each.sop_instance_uid for each, held in classes.items() if held is None]
        on_platform = self._ask_classes(elsewhere)
        failures: dict[Named, int] = {}
        for each, held in classes.items():
            found = held or on_platform.get(each.sop_instance_uid)
            if each.sop_instance_uid in disputed:
                failures[each] = PROCESSING_FAILURE
            elif found is None:
                failures[each] = NO_SUCH_INSTANCE
            elif found != each.sop_class_uid:
                failures[each] = CLASS_INSTANCE_CONFLICT
        return failures

    def _read_class(self, sop_instance_uid: str) -> str | None:
        """Return the class of an object that waits whole on this disk, or None when there is none."""
        entry = self.spool.journal.get_live(sop_instance_uid)
        while entry is not None and entry.state in LEAVING:
            try:
                return self.spool.read(entry)[1].sop_class_uid
            except (FileNotFoundError, DamagedFileError):  # in another file by now, or no longer what it was
                read, entry = entry.file, self.spool.journal.get_live(sop_instance_uid)
                if entry is not None and entry.file == read:
                    return None
        return None

    def _ask_classes(self, sop_instance_uids: Iterable[str]) -> dict[str, str]:
        asked = list(dict.fromkeys(sop_instance_uids))
        found: dict[str, str] = {}
        for first in range(0, len(asked), ASKED_AT_ONCE):
            found |= self.platform.find_classes(asked[first : first + ASKED_AT_ONCE])
        return found
