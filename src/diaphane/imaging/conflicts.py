"""An image that came again with another content: both versions, and what differs between them (R40)."""

from dataclasses import dataclass
from enum import StrEnum

from diaphane.kernel.actors import Actor
from diaphane_dicom.sameness import Difference, describe_difference

from .indexing import read_fields
from .keeping import KeptObject, describe_object, open_as_file, read_object
from .matching import identity_of
from .models import Instance, Reconciliation, Study
from .pictures import LONGEST_SIDE, Picture, render_picture


class Version(StrEnum):
    """Which of the two: the one that its exam shows, or the one that is kept aside."""

    SHOWN = "montree"
    ASIDE = "a-part"


@dataclass(frozen=True)
class Conflict:
    """One image of which two contents came: the row that its exam shows, and the arrival kept aside."""

    arrival: Reconciliation
    shown: Instance


def find_conflict(arrival: Reconciliation, *, actor: Actor) -> Conflict | None:
    """Return the two versions of a conflict; None for another arrival, or whose study is closed to them."""
    if arrival.reason != Reconciliation.Reason.CONFLICT:
        return None
    shown = (
        Instance.objects.filter(sop_instance_uid=arrival.sop_instance_uid)
        .filter(series__study__in=Study.objects.visible_to(actor))
        .select_related("series__study__act")
        .first()
    )
    return None if shown is None else Conflict(arrival, shown)


def list_alike(conflict: Conflict, *, actor: Actor) -> list[Conflict]:
    """List the other images of the same series that came twice and of which the same was decided, or nothing
    yet: a whole series sent again differs as a whole.
    """
    shown = {each.sop_instance_uid: each for each in conflict.shown.series.instances.all()}
    alike = (
        Reconciliation.objects.visible_to(actor)
        .filter(reason=Reconciliation.Reason.CONFLICT, state=conflict.arrival.state)
        .filter(study=conflict.arrival.study_id, sop_instance_uid__in=shown)
        .exclude(pk=conflict.arrival.pk)
        .order_by("created_at", "pk")
    )
    return [Conflict(each, shown[each.sop_instance_uid]) for each in alike]


def compare_versions(conflict: Conflict) -> Difference:
    """Say which elements and which frames differ."""
    return describe_difference(
        read_object(conflict.shown.storage_key), read_object(conflict.arrival.storage_key)
    )


def render_version(conflict: Conflict, version: Version, *, frame: int) -> bytes | None:
    """Return one frame, from 1, of one version as a JPEG; None where it has no such frame.

    Raises:
        UndecodableFrameError: no decoder reads it.
    """
    instance = conflict.shown if version is Version.SHOWN else _as_instance(read_aside(conflict))
    if not 0 < frame <= instance.number_of_frames:
        return None
    return render_picture(Picture(instance, frame), side=LONGEST_SIDE)


def read_aside(conflict: Conflict) -> KeptObject:
    """Read the file that is kept aside, as an arrival is read.

    Raises:
        OSError, UnreadableObjectError: it is gone, or damaged.
    """
    with open_as_file(conflict.arrival.storage_key) as path:
        return describe_object(path)


def is_of_the_same(kept: KeptObject, shown: Instance) -> bool:
    """Say whether a version is of the same patient, study, series and kind as the one that is shown."""
    return (kept.identity, kept.series_instance_uid, kept.sop_class_uid) == (
        identity_of(shown.series.study),
        shown.series.series_instance_uid,
        shown.sop_class_uid,
    )


def _as_instance(kept: KeptObject) -> Instance:
    """Return a row that is never written, to draw a file which has none."""
    return Instance(**read_fields(kept))
