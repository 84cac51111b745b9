"""Write requests: draft, send, examine, validate, refuse. Each is atomic and traced by ``advance``."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.access.operations import grant_to_roles
from diaphane.acts.models import Act
from diaphane.acts.operations import advance, note, open_act, open_duty, settle_duties
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing
from diaphane.organisations.covering import find_covering
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient
from diaphane.safety.rulebook import load_shipped

from .guards import HOURS, wanted_of
from .leases import LEASE as LEASE
from .leases import renew_lease as renew_lease
from .models import ExamRequest, RequestState
from .orders import ImplantFinding as ImplantFinding
from .own_drafts import require_own_draft
from .queries import list_owed
from .refusing import REFUSAL_ACKNOWLEDGED as REFUSAL_ACKNOWLEDGED
from .refusing import acknowledge_refusal as acknowledge_refusal
from .refusing import refuse_request as refuse_request
from .substituting import keep_performer_words
from .telling import owe_a_reading
from .transitions import REQUEST_TABLE

INFORM_AFTERWARDS_WITHIN = timedelta(hours=24)
EXAM_CANCELLED = "exam_cancelled"
"""Why a reopened request is withdrawn: the history says it in words."""
INFORMED_AFTERWARDS = "request.informed_afterwards"

DRAFT_FIELDS = (
    "exam_code",
    "callback_phone",
    "contact",
    "treating_physician_email",
    "history",
    "antecedents",
    "question",
    "wanted_by",
    "risks",
    "biology",
    "prior_imaging",
    "pregnancy",
    "previous_ionising",
    "implants",
    "implants_details",
    "justification",
    "protocol_wishes",
    "distance_reason",
    "information",
)


def draft_request(*, patient: Patient, site: Structure, by: Actor, at: datetime) -> ExamRequest:
    """Open an act for a patient and the draft of its request; a secretary's waits for its prescriber."""
    with transaction.atomic():
        act = open_act(patient=patient, site=site, urgency="", by=by, at=at)  # the demandeur chooses it
        typed = {"transcriber_id": by.id, "transcriber_label": by.label} if by.role is Role.SECRETARY else {}
        request = ExamRequest.objects.create(
            act=act, author_id=by.id, author_label=by.label, created_at=at, **typed
        )
        note(act, "request.drafted", subject_type="request", subject_id=request.pk, by=by, at=at)
    return request


def start_draft(
    *, patient: Patient, site: Structure, callback_phone: str, by: Actor, at: datetime
) -> ExamRequest:
    """Return the author's draft for this patient that nothing was written in yet, else open one.

    A new one starts with the telephones already on record. The patient's row is locked meanwhile: a
    double click opens one draft, not two.
    """
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        blank = ExamRequest.objects.filter(
            act__patient=patient,
            act__requesting_site=site,
            author_id=by.id,
            state=RequestState.DRAFT,
            exam_code="",
            question="",
            history="",
        ).first()
        if blank:
            return blank
        request = draft_request(patient=patient, site=site, by=by, at=at)
        request.callback_phone, request.contact = callback_phone, patient.phone
        request.save(update_fields=["callback_phone", "contact"])
    return request


def make_version(request: ExamRequest) -> str:
    """Return a mark of what a draft holds: a page that saves says which one it was made from."""
    answers = [(each.question_id, each.value, each.informant) for each in request.safety_answers.all()]
    held = [request.act.requested_urgency, *(getattr(request, name) for name in DRAFT_FIELDS), answers]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:32]


def save_draft(
    *,
    request: ExamRequest,
    values: Mapping[str, str],
    urgency: str,
    by: Actor,
    at: datetime,
    version: str = "",
) -> None:
    """Write the fields of a draft; nothing else of the request can be written here.

    What changes nothing leaves no trace, so that a page may save as often as it likes. With a
    ``version``, what somebody else has written meanwhile is never overwritten.

    Raises:
        ConflictError: it is no longer a draft, or it no longer holds what ``version`` marks.
        NotAllowedError: a secretary, and a physician began it.
    """
    fields = {name: values[name] for name in DRAFT_FIELDS if name in values}
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if held.state != RequestState.DRAFT:
            raise ConflictError(_("This request was already sent: it can no longer be changed."))
        require_own_draft(held, by)
        if version and version != make_version(held):
            raise ConflictError(
                _("This draft has just been changed elsewhere. Copy what you typed, then reload the page.")
            )
        is_same = all(getattr(held, name) == value for name, value in fields.items())
        if is_same and held.act.requested_urgency == urgency:
            return
        ExamRequest.objects.filter(pk=request.pk).update(**fields)
        Act.objects.filter(pk=request.act_id).update(requested_urgency=urgency)
        note(request.act, "request.saved", subject_type="request", subject_id=request.pk, by=by, at=at)


def submit_request(*, request: ExamRequest, by: Actor, at: datetime) -> ExamRequest:
    """Send a request to the structure that its convention names, and open the act to it (R26, R64–R69)."""
    with transaction.atomic():
        moved = advance(request, REQUEST_TABLE, "submit", by=by, at=at)
        convention = find_covering(wanted_of(moved, at), heeds_hours=False)
        if convention is None:  # the R26 guard has just found one in this transaction
            raise ConflictError(_("The convention has just ended."))
        moved.act.reading_structure = convention.reading_structure
        moved.act.save(update_fields=["reading_structure"])
        moved.submitted_at = at
        moved.save(update_fields=["submitted_at"])
        if moved.information == ExamRequest.Information.IMPOSSIBLE:
            open_duty(
                moved.act,
                requirement="R59",
                guard=INFORMED_AFTERWARDS,
                owner=Role.REQUESTING_PHYSICIAN,
                due_at=at + INFORM_AFTERWARDS_WITHIN,
                by=by,
                at=at,
            )
        grant_to_roles(
            act_id=moved.act_id,
            structure_id=convention.reading_structure_id,
            roles=(Role.IMAGEUR, Role.SERVICE),
            reason="reading_structure",
            at=at,
        )
    return moved


def discard_draft(*, request: ExamRequest, by: Actor, at: datetime) -> ExamRequest:
    """Put a draft aside; it stays in the trail.

    Raises:
        NotAllowedError: a secretary, and a physician began it.
    """
    require_own_draft(request, by)
    return advance(request, REQUEST_TABLE, "discard", by=by, at=at)


def take_request(*, request: ExamRequest, by: Actor, at: datetime) -> ExamRequest:
    """Take a request for review under a lease, so that two imageurs do not decide at once (R18, R20)."""
    with transaction.atomic():
        moved = advance(request, REQUEST_TABLE, "take", by=by, at=at)
        moved.reviewer_id, moved.reviewer_label, moved.lease_until = by.id, by.label, at + LEASE
        moved.save(update_fields=["reviewer_id", "reviewer_label", "lease_until"])
        settle_duties(moved.act, HOURS.code, by=by, at=at)  # sent off hours, yet somebody reads it
    return moved


def release_request(*, request: ExamRequest, by: Actor, at: datetime, reason: str = "") -> ExamRequest:
    """Put a request back on the list; a colleague's, only with the reason.

    Raises:
        GuardError: another radiologist holds it, and no reason is given.
    """
    is_colleagues = by.role is Role.IMAGEUR and request.reviewer_id not in {None, by.id}
    if is_colleagues and not reason.strip():
        raise GuardError(
            _("A colleague holds this request."),
            [Missing("R70", _("Why it is taken out of a colleague’s hands"), _("You"), field="reason")],
        )
    with transaction.atomic():
        moved = advance(request, REQUEST_TABLE, "release", by=by, at=at, reason=reason)
        moved.reviewer_id, moved.reviewer_label, moved.lease_until = None, "", None
        moved.save(update_fields=["reviewer_id", "reviewer_label", "lease_until"])
    return moved


def release_expired_leases(*, at: datetime) -> int:
    """Put back every request whose lease ran out; return how many. Never silently: history and event."""
    expired = ExamRequest.objects.filter(state=RequestState.UNDER_REVIEW, lease_until__lt=at)
    return sum(_release_if_expired(each, at=at) for each in expired.values_list("pk", flat=True))


def _release_if_expired(pk: UUID, *, at: datetime) -> bool:
    """Look again under the lock: the imageur may be deciding at this very moment."""
    with transaction.atomic():
        held = (
            ExamRequest.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=pk, state=RequestState.UNDER_REVIEW, lease_until__lt=at)
            .first()
        )
        if held is None:
            return False
        release_request(request=held, by=SYSTEM, at=at, reason="lease_expired")
        return True


def validate_request(
    *,
    request: ExamRequest,
    protocol: str,
    contrast_prescription: str,
    granted_urgency: str,
    review_reason: str,
    implants: ImplantFinding | None = None,
    safety_motive: str = "",
    urgency_words: str = "",
    performer_words: str = "",
    by: Actor,
    at: datetime,
) -> ExamRequest:
    """Justify and validate, with the protocol and the urgency granted (R69, R73, R76, R85).

    ``safety_motive`` lifts what the safety rules leave to the radiologist (R66); the version of the rules
    that judged stays with the request. ``urgency_words`` say why less is granted than was asked for,
    ``performer_words`` why another exam is made without an agreement (R69). What a new fact had suspended
    holds again.
    """
    finding = implants or ImplantFinding()
    with transaction.atomic():
        ExamRequest.objects.filter(pk=request.pk, state=RequestState.UNDER_REVIEW).update(
            protocol=protocol,
            contrast_prescription=contrast_prescription,
            review_reason=review_reason,
            safety_motive=safety_motive,
            urgency_words=urgency_words,
            **finding.values,
        )
        keep_performer_words(request, performer_words)
        Act.objects.filter(pk=request.act_id).update(granted_urgency=granted_urgency)
        moved = advance(request, REQUEST_TABLE, "validate", by=by, at=at)
        moved.validated_at, moved.safety_version, moved.reopened_at = at, load_shipped().version, None
        moved.save(update_fields=["validated_at", "safety_version", "reopened_at"])
        owe_a_reading(moved, by=by, at=at)
    return moved


def cancel_request(*, request: ExamRequest, reason: str, by: Actor, at: datetime) -> ExamRequest:
    """Cancel a request that no exam has started."""
    return advance(request, REQUEST_TABLE, "cancel", by=by, at=at, reason=reason)


def cancel_reopened_request(*, act: Act, at: datetime) -> None:
    """Withdraw what waits for the imageur again once its exam is cancelled; nothing open is no error."""
    with transaction.atomic():
        open_again = REQUEST_TABLE["cancel"].sources
        held = (
            ExamRequest.objects.select_for_update(of=("self",)).filter(act=act, state__in=open_again).first()
        )
        if held is not None and held.is_suspended:
            advance(held, REQUEST_TABLE, "cancel", by=SYSTEM, at=at, reason=EXAM_CANCELLED)


def complete_request(
    *, request: ExamRequest, values: Mapping[str, str], by: Actor, at: datetime
) -> ExamRequest:
    """Write what a vital emergency let wait, nothing else, and settle each duty that then holds.

    What was already answered when the request was sent stays as it was.
    """
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        fields = {missing.field for gap in list_owed(held, actor=by) for missing in gap.missing}
        written = {name: value for name, value in values.items() if name in fields and value.strip()}
        for name, value in written.items():
            setattr(held, name, value)
        held.save(update_fields=list(written))
        for guard in REQUEST_TABLE["submit"].guards:
            if guard.check(held, by) is None:
                settle_duties(held.act, guard.code, by=by, at=at)
        note(held.act, "request.completed", subject_type="request", subject_id=held.pk, by=by, at=at)
    return held
