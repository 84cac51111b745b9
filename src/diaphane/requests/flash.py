"""Demande flash: what a vital emergency leaves time to say, sent at once; the rest is owed (states.md, V).

Who (or nobody known), where, the question, a number to call back: every guard that yields to a vital
emergency becomes a duty of the demandeur, the others stand. What the imageur never lets pass (an unknown
implant before an MRI, the STOPs of the safety rules, the justification) is asked of them as for any request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import open_duty
from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient
from diaphane.patients.operations import register_unidentified

from .models import ExamRequest
from .operations import draft_request, save_draft, submit_request

IDENTITY_KNOWN = "request.identity_known"
IDENTIFY_WITHIN = timedelta(hours=24)
FLASH_FIELDS = ("exam_code", "question", "callback_phone", "risks", "biology", "pregnancy", "implants")
"""What the page may hold; the last four only where they are known."""
REGIONS: dict[str, Promise] = {
    "CT-STROKE": _("Head and neck: stroke"),
    "CT-HEAD": _("Head: bleeding, trauma"),
    "CT-POLYTRAUMA": _("Whole body: polytrauma"),
    "CT-CSPINE": _("Cervical spine"),
    "CT-PE": _("Chest: pulmonary embolism"),
    "CT-AORTA": _("Aorta"),
    "CT-ABDOMEN": _("Abdomen and pelvis"),
    "CT-MESENTERIC": _("Bowel: ischaemia, bleeding"),
    "CT-LEG-ARTERIES": _("Legs: acute ischaemia"),
    "MR-STROKE": _("Head, by MRI: stroke"),
    "MR-CORD": _("Spine, by MRI: compression"),
}
"""The regions offered, each by the exam that it stands for: the imageur may propose another."""


@dataclass(frozen=True)
class Seen:
    """What is seen of somebody whom nobody can name yet."""

    sex: str
    age: int


def send_flash(
    *,
    attempt: UUID,
    patient: Patient | None,
    seen: Seen,
    site: Structure,
    values: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> ExamRequest:
    """Send a request of the highest urgency with what there was time to say, for a known patient or not.

    ``attempt`` marks one page: pressed twice, it sends once. Without a ``patient``, one is registered as
    unidentified from what is ``seen``, and who they are is owed (R40). All of it or nothing.

    Raises:
        NotAllowedError, GuardError: what no urgency bypasses is missing; see ``submit_request``.
    """
    with transaction.atomic():
        _wait_for(attempt)
        sent = ExamRequest.objects.filter(flash_id=attempt, author_id=by.id).first()
        if sent is not None:
            return sent
        known = patient or register_unidentified(sex=seen.sex, age=seen.age, issuer=site.issuer, by=by, at=at)
        request = draft_request(patient=known, site=site, by=by, at=at)
        request.flash_id = attempt
        request.save(update_fields=["flash_id"])
        told = {name: values.get(name, "") for name in FLASH_FIELDS}
        save_draft(request=request, values=told, urgency=Act.Urgency.VITAL, by=by, at=at)
        moved = submit_request(request=request, by=by, at=at)
        if known.is_unidentified:
            _owe_identity(moved, by=by, at=at)
    return moved


def _owe_identity(request: ExamRequest, *, by: Actor, at: datetime) -> None:
    open_duty(
        request.act,
        requirement="R40",
        guard=IDENTITY_KNOWN,
        owner=by.role,
        due_at=at + IDENTIFY_WITHIN,
        by=by,
        at=at,
    )


def _wait_for(attempt: UUID) -> None:
    """Let a second press of the same page wait for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"flash:{attempt}"])
