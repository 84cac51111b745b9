"""Hand out a study as the files of a CD, sent as they are read (PS3.10, PS3.12)."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian

from diaphane.audit.operations import record
from diaphane.events.operations import record_event
from diaphane.imaging.keeping import read_object
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.placing import subject_of
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.imaging.queries import list_instances
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.frames import UnlocatableFramesError
from diaphane_dicom.media_index import MediaIndex
from diaphane_dicom.native import transcode_to_native

from .contents import Encoding, Tally
from .read_me import write_read_me
from .zipping import ZippedFile, write_zip

_LABEL = "DIAPHANE"


class DamagedObjectError(OSError):
    """A kept file is no longer what was received: the copy stops, and does not look whole."""


def export_study(*, study: Study, encoding: Encoding, by: Actor, at: datetime) -> Iterator[bytes]:
    """Trace that someone takes a copy of a study, and return the ZIP by pieces.

    Raises:
        NotAllowedError: another role, or a study that is not open to this actor: to a patient, before a
            person has told the result.
        ConflictError: the study is in quarantine, even for who settles the doubt (R40).
    """
    is_allowed = may(by, "images.copy") or may(by, "patient.copy")
    if not is_allowed or not Study.objects.visible_to(by).filter(pk=study.pk).exists():
        raise NotAllowedError(_("These images are not open to you."))
    if not Study.objects.filter(not_doubted(), pk=study.pk).exists():
        raise ConflictError(
            _("These images are in quarantine: nobody copies them until the doubt is settled.")
        )
    instances = list(list_instances(study).defer("frames"))
    subject = subject_of(study)
    with transaction.atomic():
        detail: dict[str, str | int] = {"objects": len(instances), "encoding": encoding.value}
        record("exported.images", by=by, at=at, subject=subject, detail=detail)
        record_event(
            kind="images.exported", subject_type="study", subject_id=study.pk, act_id=subject.act_id, at=at
        )
    return write_zip(_write_files(study, instances, encoding, at), at=at)


def _write_files(
    study: Study, instances: list[Instance], encoding: Encoding, at: datetime
) -> Iterator[ZippedFile]:
    """Yield every object, then the index, then what a person must know of it all."""
    tally = Tally(encoding)
    with MediaIndex(label=_LABEL) as index:
        for instance in instances:
            yield _write_object(instance, index, tally)
        directory = index.write()
    yield ZippedFile("DICOMDIR", [directory], len(directory))
    words = write_read_me(study, tally, at=at)
    yield ZippedFile("LISEZMOI.TXT", [words], len(words))


def _write_object(instance: Instance, index: MediaIndex, tally: Tally) -> ZippedFile:
    content = _encode(instance, tally)
    header = dcmread(BytesIO(content), stop_before_pixels=True)
    name = index.add(header)
    tally.files += 1
    if name is None:
        name = f"AUTRES/OB{tally.files:06d}"
        tally.unlisted.append(name)
    is_native = header.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    return ZippedFile(name, [content], len(content), is_deflated=is_native)


def _encode(instance: Instance, tally: Tally) -> bytes:
    """Read a kept object, compare it with its digest, and decode it where any reader must take it."""
    content = read_object(instance.storage_key)
    if hashlib.sha256(content).hexdigest() != instance.sha256:
        raise DamagedObjectError("a kept object differs from what was received")
    if tally.encoding is Encoding.STORED:
        return content
    try:
        return transcode_to_native(content)
    except (UndecodableFrameError, UnlocatableFramesError):
        tally.left_as_stored += 1
        return content
