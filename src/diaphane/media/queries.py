"""Read an import: its counts, its files by fate, its studies beside the patient, starting from who asks."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from diaphane.acts.models import Act
from diaphane.imaging.models import Study
from diaphane.kernel.actors import Actor

from .models import ARCHIVES, BroughtFile, MediaImport

_FATE = BroughtFile.Fate
HELD = frozenset({_FATE.KEPT, _FATE.ALREADY_THERE})
_ARRIVED = HELD | {_FATE.CONFLICT, _FATE.REFUSED}
_NO_IMAGE = frozenset({_FATE.INDEX, _FATE.NOT_DICOM})


@dataclass(frozen=True)
class ImportCounts:
    """Image files of an import: announced, sent and looked at, held by the platform and verified."""

    by_fate: dict[str, int]
    bytes_to_come: int

    @property
    def expected(self) -> int:
        """Count the image files that the browser or the index of the CD announced."""
        return sum(count for fate, count in self.by_fate.items() if fate not in _NO_IMAGE)

    @property
    def received(self) -> int:
        """Count those whose content came, whatever became of it."""
        return sum(self.by_fate.get(fate, 0) for fate in _ARRIVED)

    @property
    def verified(self) -> int:
        """Count those that the platform holds, read back whole."""
        return sum(self.by_fate.get(fate, 0) for fate in HELD)

    @property
    def awaited(self) -> int:
        """Count those that are still to be sent."""
        return self.by_fate.get(_FATE.AWAITED, 0)


def find_open_import(act: Act, *, actor: Actor) -> MediaImport | None:
    """Return the act's import under way, or None."""
    return MediaImport.objects.visible_to(actor).filter(act=act, closed_at=None).first()


def find_last_import(act: Act, *, actor: Actor) -> MediaImport | None:
    """Return the act's latest import, over or not."""
    return MediaImport.objects.visible_to(actor).filter(act=act).order_by("-opened_at").first()


def get_open_import(act_id: UUID, *, actor: Actor) -> MediaImport:
    """Return the import under way of an act.

    Raises:
        MediaImport.DoesNotExist: none, or not open to this actor.
    """
    return MediaImport.objects.visible_to(actor).get(act_id=act_id, closed_at=None)


def count_files(media_import: MediaImport) -> ImportCounts:
    """Count the files of an import by fate."""
    rows = media_import.files.values_list("fate").order_by("fate").annotate(Count("id"))
    to_come = media_import.files.filter(fate=_FATE.AWAITED).aggregate(total=Sum("size"))["total"]
    return ImportCounts(dict(rows), to_come or 0)


def list_files(media_import: MediaImport, fate: str) -> QuerySet[BroughtFile]:
    """List the files of one fate, by name."""
    return media_import.files.filter(fate=fate).order_by("path")


def list_brought_studies(media_import: MediaImport) -> QuerySet[Study]:
    """List the studies that the import's files belong to, by patient then by date."""
    brought = media_import.files.filter(instance__isnull=False).values("instance__series__study")
    found = Study.objects.filter(pk__in=brought).select_related("act__patient")
    return found.order_by("patient_name_key", "patient_birth_date", "-study_date", "received_at")


def count_brought_images(media_import: MediaImport) -> dict[UUID, int]:
    """Count the files of each study that the import brought and the platform holds."""
    held = media_import.files.filter(fate__in=HELD, instance__isnull=False)
    rows = held.values_list("instance__series__study").order_by("instance__series__study")
    return dict(rows.annotate(Count("id")))


def list_archives(media_import: MediaImport) -> list[str]:
    """List the names of the files that hold others, and must be unpacked first."""
    packed = reduce(or_, (Q(path__iendswith=each) for each in ARCHIVES))
    found = media_import.files.filter(packed, fate=BroughtFile.Fate.NOT_DICOM)
    return list(found.order_by("path").values_list("path", flat=True))
