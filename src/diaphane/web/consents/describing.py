"""What the page of an act's information and agreements shows (R52–R60)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.timezone import localdate

from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED
from diaphane.acquisition.withdrawing import can_stop
from diaphane.acts.models import Act
from diaphane.consents.models import Consent, SheetGiven
from diaphane.consents.queries import get_consent, list_consents, list_given_sheets, list_sheets_of
from diaphane.consents.sheets import Sheet, find_sheet
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import INFORMED_AFTERWARDS
from diaphane.web.acts.panels import is_owed
from diaphane.web.related import describe_standing

from .forms import AgreementForm, GivingForm, ImpossibleForm, NoForm

_TONES = {
    Consent.Outcome.GIVEN: ("good", "circle-check"),
    Consent.Outcome.REFUSED: ("stop", "hand-stop"),
    Consent.Outcome.WITHDRAWN: ("stop", "hand-stop"),
    Consent.Outcome.IMPOSSIBLE: ("care", "hourglass"),
}


@dataclass(frozen=True)
class AnswerLine:
    """One of the two questions, and the answer in force."""

    label: str | Promise
    answer: Consent | None
    tone: str
    icon: str
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class SheetLine:
    """One sheet of the act, and the proofs that it was given."""

    sheet: Sheet
    given: tuple[SheetGiven, ...]

    @property
    def is_older(self) -> bool:
        """Say whether only an older version was given."""
        return bool(self.given) and all(each.version != self.sheet.version for each in self.given)


def describe_agreements(request: ExamRequest) -> dict[str, object]:
    """Return what the page needs."""
    act = request.act
    return {
        "act": act,
        "patient": act.patient,
        "exam_request": request,
        "sheets": list_sheet_lines(act),
        "answers": [_tell(act, subject) for subject in Consent.Subject],
        "history": list(list_consents(act)),
        "giving_form": GivingForm(auto_id="giving_%s"),
        "agreement_form": AgreementForm(act, auto_id="agreement_%s"),
        "impossible_form": ImpossibleForm(auto_id="impossible_%s"),
        "no_form": NoForm(act, auto_id="no_%s"),
        "standing": describe_standing(act.patient_id, on=localdate()),
        "can_stop": can_stop(act),
        "owes_information": is_owed(act, INFORMED_AFTERWARDS),
        "owes_alternative": is_owed(act, ALTERNATIVE_ORGANISED),
    }


def list_sheet_lines(act: Act) -> list[SheetLine]:
    """List the sheets of an act with who was given which, and when."""
    given = list(list_given_sheets(act))
    return [
        SheetLine(sheet, tuple(each for each in given if each.code == sheet.code))
        for sheet in list_sheets_of(act)
    ]


def _tell(act: Act, subject: Consent.Subject) -> AnswerLine:
    answer = get_consent(act, subject)
    tone, icon = _TONES[Consent.Outcome(answer.outcome)] if answer else ("plain", "circle-dashed")
    return AnswerLine(subject.label, answer, tone, icon, name_sheets(answer.sheets) if answer else ())


def name_sheets(keys: str) -> tuple[str, ...]:
    """Return the titles of the sheets that an answer rests upon, with their versions."""
    named = []
    for key in keys.split():
        code, version = key.split("@")
        found = find_sheet(code, int(version))
        named.append(f"{found.title if found else code} ({version})")
    return tuple(named)
