"""Pictures for those who need no workstation: one frame of one image, windowed, as a JPEG."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane_dicom.frames import read_frame
from diaphane_dicom.part10 import from_dicom_json
from diaphane_dicom.render import encode_jpeg, render_frame, shrink

from .keeping import open_object
from .models import Instance

LONGEST_SIDE = 1024


@dataclass(frozen=True)
class Picture:
    """One frame to show; ``frame`` counts from 0."""

    instance: Instance
    frame: int


def find_picture(act: Act, *, series: int, number: int) -> Picture | None:
    """Return one frame, its series and itself counted from 1, or None: one image is read, not all of them."""
    shown = _list_shown(act).values_list("pk", "series_id", "number_of_frames")
    by_series = groupby(shown, key=lambda each: each[1])
    listed = [frames for _id, group in by_series if (frames := _spread(group))]
    if not 1 <= series <= len(listed) or not 1 <= number <= len(listed[series - 1]):
        return None
    pk, frame = listed[series - 1][number - 1]
    return Picture(Instance.objects.get(pk=pk), frame)


def count_pictures(act: Act) -> list[int]:
    """Count the frames of each series that has some to show."""
    shown = _list_shown(act).values_list("series_id", "number_of_frames")
    totals = [
        sum(count for _id, count in group) for _series, group in groupby(shown, key=lambda each: each[0])
    ]
    return [total for total in totals if total]


def _list_shown(act: Act) -> QuerySet[Instance]:
    shown = Instance.objects.filter(series__study__act=act, verified_at__isnull=False, frames__isnull=False)
    return shown.order_by("series__number", "series_id", "number", "received_at")


def _spread(group: Iterable[tuple[UUID, UUID, int]]) -> list[tuple[UUID, int]]:
    return [(pk, frame) for pk, _series, count in group for frame in range(count)]


def render_picture(picture: Picture) -> bytes:
    """Return one frame as a JPEG, for display only, its longest side at most ``LONGEST_SIDE`` pixels.

    Raises:
        UndecodableFrameError: no decoder reads it.
    """
    instance = picture.instance
    located = instance.frames or []
    with open_object(instance.storage_key) as stream:
        encoded = read_frame(stream, located[picture.frame])
    header = from_dicom_json(json.loads(instance.metadata))
    shown = render_frame(encoded, header, instance.transfer_syntax_uid, index=picture.frame)
    return encode_jpeg(shrink(shown, width=LONGEST_SIDE, height=LONGEST_SIDE), quality=88)
