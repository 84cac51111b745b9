"""Read what documents say of an act's images: those kept as key images, and what was measured on them.

The header kept at arrival holds the whole content tree, so that no file is opened.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pydicom.dataset import Dataset

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane_dicom.dose import DOSE_REPORTS
from diaphane_dicom.key_objects import (
    KEY_OBJECTS,
    MANUFACTURER,
    OF_INTEREST,
    REJECTED,
    Selection,
    read_selection,
)
from diaphane_dicom.measurements import Measurement, read_measurements, read_observer
from diaphane_dicom.part10 import READ_ERRORS, from_dicom_json

from .documents import STRUCTURED_REPORTS
from .models import Instance
from .shown import list_shown

_WINDOW = "Window "


@dataclass(frozen=True)
class KeyImage:
    """One frame that documents point out, counted from 1; ``window`` is its centre and width, if said.

    The first document says who and when; ``is_ours`` when every one was made here.
    """

    instance: Instance
    frame: int
    documents: tuple[Instance, ...]
    by_label: str
    at: datetime
    is_ours: bool
    window: tuple[float, float] | None = None


@dataclass(frozen=True)
class Measured:
    """One measurement, who saved it and when; ``instance`` is the image it is on."""

    measurement: Measurement
    instance: Instance
    by_label: str
    at: datetime


def list_key_images(act: Act, *, actor: Actor) -> list[KeyImage]:
    """List the images that an act's selections point out and no note rejects, the first kept first."""
    documents = [(each, read_header(each)) for each in _list_documents(act, actor) if _is_selection(each)]
    read = [(each, header, read_selection(header)) for each, header in documents]
    rejected = {
        reference.sop_instance_uid
        for _document, _header, selection in read
        if selection.title == REJECTED
        for reference in selection.references
    }
    kept = [
        each for each in read if each[2].title == OF_INTEREST and each[0].sop_instance_uid not in rejected
    ]
    images = _map_images(act, [one.sop_instance_uid for _d, _h, each in kept for one in each.references])
    found: dict[tuple[object, int], KeyImage] = {}
    for document, header, selection in kept:
        for image in _read_images(document, header, selection, images):
            key = (image.instance.pk, image.frame)
            found[key] = _add(found[key], image) if key in found else image
    return list(found.values())


def list_measured(act: Act, *, actor: Actor) -> list[Measured]:
    """List what was measured on an act's images; measured again under one tracking UID, the latest counts."""
    documents = [(each, read_header(each)) for each in _list_documents(act, actor) if not _is_selection(each)]
    read = [(each, header, one) for each, header in documents for one in read_measurements(header)]
    images = _map_images(act, [one.sop_instance_uid for _each, _header, one in read])
    found: dict[tuple[str, ...], Measured] = {}
    for rank, (document, header, one) in enumerate(read):
        if one.sop_instance_uid not in images:
            continue
        key = (one.tracking_uid or str(rank), one.name)
        found.pop(key, None)
        found[key] = Measured(
            one, images[one.sop_instance_uid], _name_author(document, header), document.received_at
        )
    return list(found.values())


def read_header(instance: Instance) -> Dataset:
    """Return the header of an object as it was kept; an unreadable one says nothing."""
    try:
        return from_dicom_json(json.loads(instance.metadata))
    except READ_ERRORS:
        return Dataset()


def _list_documents(act: Act, actor: Actor) -> Iterable[Instance]:
    reports = list_shown(act, actor=actor).filter(sop_class_uid__startswith=STRUCTURED_REPORTS)
    found = reports.exclude(sop_class_uid__in=DOSE_REPORTS)
    return found.select_related("series").order_by("received_at", "pk")


def _is_selection(instance: Instance) -> bool:
    return instance.sop_class_uid == KEY_OBJECTS


def _read_images(
    document: Instance, header: Dataset, selection: Selection, images: dict[str, Instance]
) -> Iterator[KeyImage]:
    is_ours = len(selection.references) == 1 and header.get("Manufacturer") == MANUFACTURER
    for reference in selection.references:
        image = images.get(reference.sop_instance_uid)
        if image is not None and reference.frame <= image.number_of_frames:
            yield KeyImage(
                instance=image,
                frame=reference.frame or 1,
                documents=(document,),
                by_label=_name_author(document, header),
                at=document.received_at,
                is_ours=is_ours,
                window=_read_window(selection.description),
            )


def _add(first: KeyImage, again: KeyImage) -> KeyImage:
    """Return an image pointed out once more."""
    documents = (*first.documents, *again.documents)
    return replace(first, documents=documents, is_ours=first.is_ours and again.is_ours)


def _read_window(words: str) -> tuple[float, float] | None:
    """Return the centre and the width that our own documents say in their description."""
    if not words.startswith(_WINDOW):
        return None
    try:
        center, width = (float(each) for each in words.removeprefix(_WINDOW).split("/"))
    except ValueError:
        return None
    return (center, width) if width > 0 else None


def _name_author(document: Instance, header: Dataset) -> str:
    """Return the person who added a document here; of one that a machine brought, whom it names."""
    return document.received_by_label or read_observer(header)


def _map_images(act: Act, uids: Iterable[str]) -> dict[str, Instance]:
    found = Instance.objects.filter(
        series__study__act=act,
        sop_instance_uid__in=set(uids),
        verified_at__isnull=False,
        number_of_frames__gt=0,
    )
    found = found.select_related("series__study").defer("frames", "drawing", "facts")
    return {each.sop_instance_uid: each for each in found}
