"""What goes with an answer: who gave it in which quality, how, and why none could be asked for (R57–R60)."""

from dataclasses import asdict, dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.kernel.errors import Missing

from .models import Consent
from .queries import get_consent

CONSENT_TRACED = "exam.consent_traced"
_BESIDE_PATIENT = _("Those who are with the patient, in “Information and agreements”")


@dataclass(frozen=True)
class Details:
    """What is said besides the answer; what is blank is not said, and changes nothing."""

    quality: str = ""
    answered_by: str = ""
    relationship_id: str = ""
    motive: str = ""
    form: str = ""
    words: str = ""
    alternative: str = ""

    def list_said(self) -> dict[str, str]:
        """Return what is said, by name."""
        return {name: value.strip() for name, value in asdict(self).items() if value.strip()}


def is_minor(act: Act) -> bool:
    """Say whether the patient is a child on the day of the act's request."""
    return act.patient.is_minor_on(act.created_at.date())


def find_unfit(act: Act, subject: str) -> Promise | None:
    """Say why an agreement is not one: a child's needs a parent or the guardian (R57)."""
    last = get_consent(act, subject)
    if last is None or last.outcome != Consent.Outcome.GIVEN or not is_minor(act):
        return None
    if last.source == Consent.Source.REPRESENTATIVE or last.quality == Consent.Quality.MINOR_ALONE:
        return None
    return _("A child: the agreement of a parent or of the guardian")


def find_untraced(act: Act) -> Missing | None:
    """Say what the trace of an answer still lacks: who answered for the patient, or why nobody did (R58)."""
    for subject in Consent.Subject.values:
        last = get_consent(act, subject)
        if last is None:
            continue
        if last.outcome == Consent.Outcome.IMPOSSIBLE and not last.motive:
            return Missing("R58", _("Why the agreement could not be asked for"), _BESIDE_PATIENT)
        is_for_another = last.source == Consent.Source.REPRESENTATIVE
        if is_for_another and not (last.quality and last.answered_by):
            return Missing(
                "R58", _("Who answered for the patient: name, and in which quality"), _BESIDE_PATIENT
            )
    return None
