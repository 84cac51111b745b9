"""Record a consent, a refusal, or the search for one (R57–R60)."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note, open_duty, settle_duties
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.related_queries import list_answering
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import INFORM_AFTERWARDS_WITHIN
from diaphane.requests.operations import INFORMED_AFTERWARDS as INFORMED_AFTERWARDS

from .answers import CONSENT_TRACED, Details, find_untraced
from .models import Consent
from .queries import get_consent, name_last_given

NOTHING_SAID = Details()


def record_consent(
    *,
    act: Act,
    subject: str,
    outcome: str,
    source: str,
    details: Details = NOTHING_SAID,
    by: Actor,
    at: datetime,
) -> Consent:
    """Keep one answer; an impossible consent leaves a duty to inform afterwards (R59).

    The same answer again leaves no second trace. Once neither consent is impossible any more, the duty is
    settled, unless the request itself said that the patient could not be informed. The answer keeps which
    sheets had been given before it.

    Raises:
        NotAllowedError: the actor does not speak with the patient.
        GuardError: an answer that nobody gave, or a search that somebody answered (R58).
    """
    if not may(by, "consent.record"):
        raise NotAllowedError(_("Only those who are with the patient record an agreement."))
    with transaction.atomic():
        consent = write_answer(
            act=act, subject=subject, outcome=outcome, source=source, details=details, by=by, at=at
        )
        _owe_information(act, by, at)
        if find_untraced(act) is None:
            settle_duties(act, CONSENT_TRACED, by=by, at=at)
    return consent


def write_answer(
    *, act: Act, subject: str, outcome: str, source: str, details: Details, by: Actor, at: datetime
) -> Consent:
    """Write one answer whose right is checked already, with what it rests upon; call it in a transaction.

    Raises:
        GuardError: as above.
    """
    said = details.list_said()
    _check_answer(subject, outcome, source, said)
    _check_representative(act, source, said, at)
    last = get_consent(act, subject)
    if last is not None and _says_the_same(last, outcome, source, said):
        return last
    consent = Consent.objects.create(
        act=act,
        subject=subject,
        outcome=outcome,
        source=source,
        sheets=name_last_given(act),
        actor_id=by.id,
        actor_role=by.role.value,
        actor_label=by.label,
        structure_label=by.structure_label,
        occurred_at=at,
        **said,
    )
    note(act, f"consent.{outcome}", subject_type="consent", subject_id=consent.pk, by=by, at=at)
    return consent


def _says_the_same(last: Consent, outcome: str, source: str, said: dict[str, str]) -> bool:
    is_same = (last.outcome, last.source) == (outcome, source)
    return is_same and all(str(getattr(last, name) or "") == value for name, value in said.items())


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


def _check_representative(act: Act, source: str, said: dict[str, str], at: datetime) -> None:
    """Refuse an answer in the name of somebody who does not answer for this patient that day (R57)."""
    if "relationship_id" not in said:
        return
    answering = {str(each.pk) for each in list_answering(act.patient_id, on=localdate(at))}
    if source != Consent.Source.REPRESENTATIVE or said["relationship_id"] not in answering:
        raise GuardError(
            _("This person does not answer for the patient."),
            [Missing("R57", _("Who answers for the patient today"), _("You"), field="who")],
        )


def _check_answer(subject: str, outcome: str, source: str, said: dict[str, str]) -> None:
    is_known = all(
        value in choices.values
        for value, choices in (
            (subject, Consent.Subject),
            (outcome, Consent.Outcome),
            (source, Consent.Source),
            (said.get("quality", Consent.Quality.PARENT), Consent.Quality),
            (said.get("motive", Consent.Motive.EMERGENCY), Consent.Motive),
            (said.get("form", Consent.Form.ORAL), Consent.Form),
        )
    )
    is_impossible = outcome == Consent.Outcome.IMPOSSIBLE
    is_about_nobody = source == Consent.Source.NOBODY
    if not is_known or is_impossible != is_about_nobody or ("motive" in said and not is_impossible):
        raise GuardError(
            _("This answer is not complete."),
            [Missing("R58", _("What was answered, and by whom"), _("You"), field=f"consent_{subject}")],
        )
