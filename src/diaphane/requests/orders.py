"""What the imageur orders besides the protocol: implants settled before an MRI, contrast (R83, R85)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .guards import IMPLANTS
from .models import ExamRequest, RequestState


@dataclass(frozen=True)
class ImplantFinding:
    """What the imageur settles about implants before an MRI: status, who established it, the conditions."""

    status: str = ""
    established_by: str = ""
    conditions: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Return the fields of the request that it fills."""
        return {
            "implants_settled": self.status,
            "implants_by": self.established_by,
            "implants_conditions": self.conditions,
        }


def settle_implants(*, request: ExamRequest, finding: ImplantFinding, by: Actor, at: datetime) -> None:
    """Settle, after the validation, what the table found to be unknown or new (R85).

    Raises:
        NotAllowedError: not an imageur.
        ConflictError: the request is not validated.
        GuardError: the status stays unknown, or its author or conditions are missing.
    """
    with transaction.atomic():
        held = _lock_validated(request, by)
        for name, value in finding.values.items():
            setattr(held, name, value)
        missing = IMPLANTS.check(held, by)
        if not finding.established_by.strip():
            missing = missing or Missing(
                "R85", _("Who established the implant status, and from what"), _("You"), field="implants_by"
            )
        if missing:
            raise GuardError(_("The implant status is not settled."), [missing])
        held.save(update_fields=list(finding.values))
        note(held.act, "request.implants_settled", subject_type="request", subject_id=held.pk, by=by, at=at)


def prescribe_contrast(*, request: ExamRequest, prescription: str, by: Actor, at: datetime) -> None:
    """Prescribe contrast after the validation: what was prescribed before stays, in the trail (R83).

    Raises:
        NotAllowedError: not an imageur.
        ConflictError: the request is not validated, or contrast is already prescribed.
        GuardError: no words.
    """
    with transaction.atomic():
        held = _lock_validated(request, by)
        if held.contrast_prescription.strip():
            raise ConflictError(_("Contrast is already prescribed."))
        if not prescription.strip():
            what = _("Product, dose, rate")
            raise GuardError(
                _("A prescription is needed."),
                [Missing("R83", what, _("You"), field="contrast_prescription")],
            )
        held.contrast_prescription = prescription.strip()
        held.save(update_fields=["contrast_prescription"])
        note(
            held.act, "request.contrast_prescribed", subject_type="request", subject_id=held.pk, by=by, at=at
        )


def _lock_validated(request: ExamRequest, by: Actor) -> ExamRequest:
    if not may(by, "exam.order"):
        raise NotAllowedError(_("Only a radiologist decides this."))
    held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if held.state != RequestState.VALIDATED:
        raise ConflictError(_("This request is not validated."))
    return held
