"""Images that the imageur keeps as the ones to look at, as DICOM key object selections in the exam's study.

A document is never deleted: taking one back writes a note that rejects it (IHE IOCM), and what is read is the
selections that no note rejects. They go by the same way as everything that comes in.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may
from diaphane_dicom.key_objects import (
    KEY_OBJECTS,
    OF_INTEREST,
    REJECTED,
    Reference,
    Selection,
    write_selection,
)

from .documents_read import KeyImage, list_key_images, read_header
from .models import Instance
from .operations import store_instance
from .pictures import Picture

_SERIES_NUMBER = 9000
_DESCRIPTION = "Images clés"
"""What other systems show of the series: data in a document for France, not a text of the pages."""


@dataclass(frozen=True)
class KeptWindow:
    """The window in which an image was kept: centre and width, as PS3.3 C.11.2.1.2 has them."""

    center: float
    width: float

    def __str__(self) -> str:
        return f"Window {self.center:g}/{self.width:g}"


def keep_key_image(
    *, act: Act, picture: Picture, window: KeptWindow | None, by: Actor, at: datetime
) -> KeyImage:
    """Keep one frame as a key image; kept already, by anyone, it stays as it is.

    Raises:
        NotAllowedError: another role than the imageur, or an exam that is not open to them.
    """
    _require_imageur(by)
    with transaction.atomic():
        _lock(act, by)
        known = _find_kept(act, picture, by)
        if known is not None:
            return known
        _store(_write(picture.instance, _select(picture, window), by, at), by, at)
        kept = _find_kept(act, picture, by)
    if kept is None:
        raise NotAllowedError(_("This image cannot be kept: its identity is not the one of the exam."))
    return kept


def release_key_image(*, act: Act, image: KeyImage, by: Actor, at: datetime) -> None:
    """Take a key image back: every selection of ours that names it alone is rejected by a note.

    Raises:
        NotAllowedError: another role, an exam that is not open, or a selection made elsewhere.
        ConflictError: it was taken back already.
    """
    _require_imageur(by)
    with transaction.atomic():
        _lock(act, by)
        known = _find_kept(act, Picture(image.instance, image.frame), by)
        if known is None:
            raise ConflictError(_("This image is not kept any more."))
        _store(_write(image.instance, _reject(known), by, at), by, at)


def write_key_image(
    *, act: Act, picture: Picture, window: KeptWindow | None, by: Actor, at: datetime
) -> bytes | None:
    """Write the document that keeps one frame, for a viewer to store; None where it is kept already.

    Raises:
        NotAllowedError: another role than the imageur, or an exam that is not open to them.
    """
    _require_imageur(by)
    _require_open(act, by)
    if _find_kept(act, picture, by) is not None:
        return None
    return _write(picture.instance, _select(picture, window), by, at)


def write_withdrawal(*, act: Act, picture: Picture, by: Actor, at: datetime) -> bytes | None:
    """Write the note that takes one frame back, for a viewer to store; None where it is not kept.

    Raises:
        NotAllowedError: another role, an exam that is not open, or a selection made elsewhere.
    """
    _require_imageur(by)
    _require_open(act, by)
    known = _find_kept(act, picture, by)
    return None if known is None else _write(picture.instance, _reject(known), by, at)


def _require_imageur(by: Actor) -> None:
    if not may(by, "images.mark"):
        raise NotAllowedError(_("The imageur keeps key images."))


def _require_open(act: Act, by: Actor) -> None:
    if not Act.objects.visible_to(by).filter(pk=act.pk).exists():
        raise NotAllowedError(_("This exam is not open to you."))


def _lock(act: Act, by: Actor) -> None:
    """Let one person at a time change the key images of an act."""
    _require_open(act, by)
    Act.objects.select_for_update(of=("self",), no_key=True).get(pk=act.pk)


def _find_kept(act: Act, picture: Picture, by: Actor) -> KeyImage | None:
    wanted = (picture.instance.pk, picture.frame)
    known = list_key_images(act, actor=by)
    return next((each for each in known if (each.instance.pk, each.frame) == wanted), None)


def _select(picture: Picture, window: KeptWindow | None) -> Selection:
    image = picture.instance
    reference = Reference(
        image.sop_class_uid,
        image.sop_instance_uid,
        image.series.series_instance_uid,
        picture.frame if image.number_of_frames > 1 else 0,
    )
    return Selection(OF_INTEREST, (reference,), "" if window is None else str(window))


def _reject(known: KeyImage) -> Selection:
    """Reject every document that names the image: two people may have kept it at the same moment."""
    if not known.is_ours:
        raise NotAllowedError(_("This image was chosen by another system."))
    references = [
        Reference(KEY_OBJECTS, each.sop_instance_uid, each.series.series_instance_uid)
        for each in known.documents
    ]
    return Selection(REJECTED, tuple(references))


def _write(image: Instance, selection: Selection, by: Actor, at: datetime) -> bytes:
    study = image.series.study
    number = Instance.objects.filter(series__study=study, sop_class_uid=KEY_OBJECTS).count() + 1
    return write_selection(
        selection,
        like=read_header(image),
        series_instance_uid=_name_series(study.pk),
        series_number=_SERIES_NUMBER,
        series_description=_DESCRIPTION,
        number=number,
        observer=by.label,
        at=timezone.localtime(at),
    )


def _store(content: bytes, by: Actor, at: datetime) -> None:
    if not store_instance(content=content, by=by, at=at).is_held:
        raise NotAllowedError(_("This image cannot be kept: its identity is not the one of the exam."))


def _name_series(study_id: UUID) -> str:
    """Return the UID of the one series that holds a study's selections (PS3.5 §B.2)."""
    return f"2.25.{uuid5(study_id, 'key images').int}"
