"""Record a consent, a refusal, or the search for one (R57–R60)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note, open_duty, settle_duties
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import INFORM_AFTERWARDS_WITHIN
from diaphane.requests.operations import INFORMED_AFTERWARDS as INFORMED_AFTERWARDS

from .models import Consent
from .queries import get_consent


def record_consent(*, act: Act, subject: str, outcome: str, source: str, by: Actor, at: datetime) -> Consent:
    """Keep one answer; an impossible consent leaves a duty to inform afterwards (R59).

    The same answer again leaves no second trace. Once neither consent is impossible any more, the duty is
    settled, unless the request itself said that the patient could not be informed.

    Raises:
        NotAllowedError: the actor does not speak with the patient.
        GuardError: an answer that nobody gave, or a search that somebody answered (R58).
    """
    if not may(by, "consent.record"):
        raise NotAllowedError(_("Only those who are with the patient record an agreement."))
    _check_answer(subject, outcome, source)
    with transaction.atomic():
        last = get_consent(act, subject)
        if last is not None and (last.outcome, last.source) == (outcome, source):
            return last
        consent = Consent.objects.create(
            act=act,
            subject=subject,
            outcome=outcome,
            source=source,
            actor_id=by.id,
            actor_role=by.role.value,
            actor_label=by.label,
            structure_label=by.structure_label,
            occurred_at=at,
        )
        note(act, f"consent.{outcome}", subject_type="consent", subject_id=consent.pk, by=by, at=at)
        _owe_information(act, by, at)
    return consent


def inform_afterwards(*, act: Act, by: Actor, at: datetime) -> None:
    """Record that a patient whose agreement could not be asked for was informed since (R59)."""
    settle_duties(act, INFORMED_AFTERWARDS, by=by, at=at)


def _owe_information(act: Act, by: Actor, at: datetime) -> None:
    """Leave the duty while one of the consents is impossible, settle it when none is any more."""
    answers = [get_consent(act, subject) for subject in Consent.Subject.values]
    if not any(each and each.outcome == Consent.Outcome.IMPOSSIBLE for each in answers):
        was_told = act.request.information != ExamRequest.Information.IMPOSSIBLE
        if was_told:
            settle_duties(act, INFORMED_AFTERWARDS, by=by, at=at)
        return
    open_duty(
        act,
        requirement="R59",
        guard=INFORMED_AFTERWARDS,
        owner=Role.REQUESTING_PHYSICIAN,
        due_at=at + INFORM_AFTERWARDS_WITHIN,
        by=by,
        at=at,
        reason=str(_("Inform the patient, whose agreement could not be asked for")),
    )


def _check_answer(subject: str, outcome: str, source: str) -> None:
    is_known = (
        subject in Consent.Subject.values
        and outcome in Consent.Outcome.values
        and source in Consent.Source.values
    )
    nobody_answered = source == Consent.Source.NOBODY
    if not is_known or (outcome == Consent.Outcome.IMPOSSIBLE) != nobody_answered:
        raise GuardError(
            _("This answer is not complete."),
            [Missing("R58", _("What was answered, and by whom"), _("You"), field=f"consent_{subject}")],
        )
