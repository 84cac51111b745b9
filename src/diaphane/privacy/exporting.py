"""Ask for a copy of a person's data, prepare it, take it, let it go; each step is traced (R38, R43)."""

import hashlib
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_patient

from .export_models import DataExport
from .handing.file import write_file

LASTS = timedelta(days=7)
_Status = DataExport.Status


def ask_for_own_export(*, by: Actor, at: datetime) -> DataExport:
    """Ask for a copy of one's own data; one that is on its way is the answer.

    Raises:
        NotAllowedError: not a patient.
    """
    if not may(by, "privacy.export_own") or by.patient_id is None:
        raise NotAllowedError(_("A copy of their own data is for patients."))
    return _ask(Patient.objects.get(pk=by.patient_id), None, "", by, at)


def ask_for_export(*, patient_id: UUID, reason: str, by: Actor, at: datetime) -> DataExport:
    """Ask for the copy of a patient of the actor's site, who asked the site for it.

    Raises:
        NotAllowedError: another role.
        Patient.DoesNotExist: unknown at the actor's site.
        GuardError: no reason is given.
    """
    if not may(by, "privacy.export") or by.structure_id is None:
        raise NotAllowedError(_("A physician of the site hands a patient the copy of their data."))
    patient = get_patient(patient_id, actor=by)
    if not reason.strip():
        what = Missing("R38", _("Who asked for this copy, and how"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    return _ask(patient, by.structure_id, reason.strip(), by, at)


def make_export(*, export_id: UUID, at: datetime) -> None:
    """Write the file of a copy that was asked for; a second run of a finished one does nothing."""
    export = DataExport.objects.select_related("patient", "site").get(pk=export_id)
    if export.status not in (_Status.ASKED, _Status.FAILED):
        return
    with write_file(export, at=at) as file:
        digest, size = _measure(file)
        key = _store(export, file)
    with transaction.atomic():
        DataExport.objects.filter(pk=export.pk).update(
            status=_Status.READY,
            storage_key=key,
            sha256=digest,
            size=size,
            ready_at=at,
            expires_at=at + LASTS,
        )
        _trace("privacy.export_ready", export, SYSTEM, at)


def open_export(*, export: DataExport, by: Actor, at: datetime) -> "File[bytes]":
    """Open the file of a copy for who may have it, and trace that it left.

    Raises:
        ConflictError: it is not ready, or over.
    """
    if export.status != _Status.READY or (export.expires_at and export.expires_at <= at):
        raise ConflictError(_("This copy is not there: it is being prepared, or its seven days are over."))
    with transaction.atomic():
        _trace("exported.data", export, by, at)
        return _open_storage().open(export.storage_key)


def end_exports(*, at: datetime) -> int:
    """Erase the files whose days are over, and return how many; what was asked stays written."""
    over = list(DataExport.objects.filter(status=_Status.READY, expires_at__lte=at))
    for export in over:
        _open_storage().delete(export.storage_key)
        with transaction.atomic():
            DataExport.objects.filter(pk=export.pk).update(status=_Status.GONE)
            _trace("privacy.export_erased", export, SYSTEM, at)
    return len(over)


def tell_failure(*, export_id: UUID) -> None:
    """Show that the preparation failed; the next try starts over."""
    DataExport.objects.filter(pk=export_id, status=_Status.ASKED).update(status=_Status.FAILED)


def _ask(patient: Patient, site_id: UUID | None, reason: str, by: Actor, at: datetime) -> DataExport:
    from .jobs import prepare_export  # jobs import this module

    with transaction.atomic():
        Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        waiting = DataExport.objects.filter(
            patient=patient, site_id=site_id, status__in=[_Status.ASKED, _Status.FAILED]
        ).first()
        if waiting is not None:
            return waiting
        export = DataExport.objects.create(
            patient=patient,
            site_id=site_id,
            reason=reason,
            asked_by_id=by.id,
            asked_by_label=by.label,
            asked_at=at,
        )
        _trace("privacy.export_asked", export, by, at)
        prepare_export.defer(export_id=str(export.pk))
    return export


def _trace(action: str, export: DataExport, by: Actor, at: datetime) -> None:
    record(action, by=by, at=at, subject=Subject("data_export", export.pk, patient_id=export.patient_id))


def _measure(file: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 of a file and its length, and go back to its beginning."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def _store(export: DataExport, file: BinaryIO) -> str:
    return _open_storage().save(f"copies/{export.pk}.zip", File(file))


def _open_storage() -> Storage:
    return storages["objects"]
