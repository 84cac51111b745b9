"""Pictures for those who need no workstation: one frame of one image, windowed, as a JPEG."""

import json
from dataclasses import dataclass
from itertools import groupby

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


def list_pictures(act: Act) -> list[list[Picture]]:
    """List an act's frames that can be shown, series by series, in the order of their numbers."""
    instances = (
        Instance.objects.filter(series__study__act=act, verified_at__isnull=False, frames__isnull=False)
        .defer("metadata")
        .select_related("series")
        .order_by("series__number", "series_id", "number", "received_at")
    )
    by_series = groupby(instances, key=lambda each: each.series_id)
    listed = [
        [Picture(instance, frame) for instance in group for frame in range(instance.number_of_frames)]
        for _series, group in by_series
    ]
    return [pictures for pictures in listed if pictures]


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
