"""The answers of the table, one touch each: outcome, source and quality or motive in one value (R57)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.operations import ConsentAnswer
from diaphane.acts.models import Act
from diaphane.consents.answers import Details, is_minor
from diaphane.consents.models import Consent

Choice = tuple[str, str | Promise]
_ADULT: tuple[Choice, ...] = (
    ("given:patient", _("Agreement collected, the patient answers")),
    ("given:representative:guardian", _("Agreement collected, the guardian answers")),
    ("refused:patient", _("Refused by the patient")),
    ("refused:representative:guardian", _("Refused by the guardian")),
)
_CHILD: tuple[Choice, ...] = (
    ("given:representative:parent", _("Agreement collected, a parent answers")),
    ("given:representative:both_parents", _("Agreement collected, both parents answer")),
    ("given:representative:guardian", _("Agreement collected, the guardian answers")),
    ("given:patient:minor_alone", _("Agreement of the child alone, who asks that the parents are not told")),
    ("refused:patient", _("Refused by the child")),
    ("refused:representative:parent", _("Refused by a parent")),
)
_IMPOSSIBLE: tuple[Choice, ...] = (
    ("impossible:nobody:emergency", _("Impossible: vital emergency, no time to ask")),
    ("impossible:nobody:unconscious", _("Impossible: unconscious, or cannot understand")),
    ("impossible:nobody:unreachable", _("Impossible: the legal representative cannot be reached")),
)


def list_answers(act: Act) -> list[Choice]:
    """List the answers that fit the age of the patient."""
    return [*(_CHILD if is_minor(act) else _ADULT), *_IMPOSSIBLE]


def read_answer(value: str, *, answered_by: str) -> ConsentAnswer:
    """Read one of these answers; ``answered_by`` names who answers for the patient."""
    outcome, source, *further = value.split(":")
    what = further[0] if further else ""
    if source == Consent.Source.NOBODY:
        return ConsentAnswer(outcome, source, Details(motive=what))
    is_own = source == Consent.Source.PATIENT and not what
    return ConsentAnswer(outcome, source, Details(quality=what, answered_by="" if is_own else answered_by))


def mark_answer(consent: Consent) -> str:
    """Return the value under which the table shows an answer again."""
    parts = (consent.outcome, consent.source, consent.quality or consent.motive)
    return ":".join(part for part in parts if part)
