"""Say whose the brought images are: a person compares and confirms, nothing is attached before (R40)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.imaging.matching import compare_patient
from diaphane.imaging.models import Study
from diaphane.imaging.operations import attach_study
from diaphane.imaging.priors import attach_prior
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing

from .models import MediaImport
from .queries import list_brought_studies


class Belonging(StrEnum):
    """What a study of a CD is to the act."""

    NONE = "none"
    PRIOR = "prior"
    EXAM = "exam"


def attach_brought(
    *,
    media_import: MediaImport,
    choices: Mapping[UUID, Belonging],
    is_compared: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Attach the studies that a person chose, and return how many; the others go on waiting.

    Raises:
        GuardError: nothing is chosen, nobody compared, or an identity differs and no reason says why.
        NotAllowedError, ConflictError: see ``attach_prior`` and ``attach_study``.
    """
    chosen = [
        (study, belonging)
        for study in list_brought_studies(media_import)
        if (belonging := choices.get(study.pk, Belonging.NONE)) is not Belonging.NONE
    ]
    _require_confirmation([study for study, _belonging in chosen], media_import, is_compared, reason)
    words = reason.strip() or str(_("Identity read in the images, the same as the patient's."))
    with transaction.atomic():
        for study, belonging in chosen:
            attach = attach_prior if belonging is Belonging.PRIOR else attach_study
            attach(study=study, act=media_import.act, reason=words, by=by, at=at)
    return len(chosen)


def _require_confirmation(
    chosen: list[Study], media_import: MediaImport, is_compared: bool, reason: str
) -> None:
    patient = media_import.act.patient
    missing = []
    if not chosen:
        missing.append(Missing("R40", _("The images to attach"), _("You"), field="studies"))
    if not is_compared:
        missing.append(
            Missing("R40", _("Name, birth date and sex compared with the patient's"), _("You"), "is_compared")
        )
    if not reason.strip() and not all(compare_patient(study, patient).agrees for study in chosen):
        missing.append(
            Missing("R40", _("Why images of another identity are this patient's"), _("You"), field="reason")
        )
    if missing:
        raise GuardError(_("Nothing was attached."), missing)
