"""What is checked at the table, one touch per answer (R40, R57, R58, R68, R84, R85)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.guards import must_ask_implants, must_ask_pregnancy
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import ConsentAnswer
from diaphane.acquisition.queries import list_recent_physicians
from diaphane.consents.models import Consent
from diaphane.consents.queries import get_consent

from .forms import choice, text

_ANSWERS = (
    ("given:patient", _("Agreement collected, the patient answers")),
    ("given:representative", _("Agreement collected, the legal representative answers")),
    ("refused:patient", _("Refused by the patient")),
    ("refused:representative", _("Refused by the legal representative")),
    ("impossible:nobody", _("Impossible to collect: nobody can answer")),
)
_READ_BACK_HINT = _("The patient says name, given name and birth date; you compare.")


class PreparationForm(forms.Form):
    """The checks of the table, for one exam: only the questions that concern it."""

    identity_read_back = choice(
        _("Identity, read back with the patient"), Exam.ReadBack, hint=_READ_BACK_HINT
    )
    consent_act = choice(_("Agreement to the exam"), _ANSWERS)
    consent_distance = choice(_("Agreement to the reading at a distance"), _ANSWERS)
    pregnancy_answer = choice(
        _("Pregnancy, asked again alone at the table"),
        Exam.PregnancyAnswer,
        hint=_("Nobody else in the room, not even a relative."),
    )
    implants_answer = choice(
        _("Implants and foreign bodies, asked again at the table"),
        Exam.ImplantsAnswer,
        hint=_(
            "Pacemaker, clip, stimulator, pump, metal in the eye: what you find counts, not what was written."
        ),
    )
    on_site_physician = text(
        _("Physician present in the building now"),
        hint=_("By name: able to come at once if the patient reacts to the contrast agent."),
        longest=150,
    )

    def __init__(self, exam: Exam, data: Any = None) -> None:
        super().__init__(data, initial=_recorded(exam))
        self.names: list[str] = []
        if not must_ask_pregnancy(exam):
            del self.fields["pregnancy_answer"]
        if not must_ask_implants(exam):
            del self.fields["implants_answer"]
        if not exam.act.request.contrast_prescription.strip():
            del self.fields["on_site_physician"]
            return
        self.names = list_recent_physicians(exam.act.requesting_site_id)
        self.fields["on_site_physician"].widget.attrs["list"] = "physicians"

    def read(self) -> dict[str, Any]:
        """Return what ``prepare_exam`` writes."""
        given = self.cleaned_data
        subjects = {each.value: given.get(f"consent_{each.value}", "") for each in Consent.Subject}
        return {
            "identity_read_back": given["identity_read_back"],
            "consents": {
                subject: ConsentAnswer(*answer.split(":")) for subject, answer in subjects.items() if answer
            },
            "pregnancy_answer": given.get("pregnancy_answer", ""),
            "implants_answer": given.get("implants_answer", ""),
            "on_site_physician": given.get("on_site_physician", ""),
        }


def _recorded(exam: Exam) -> dict[str, str]:
    consents = {each: get_consent(exam.act, each) for each in Consent.Subject}
    return {
        "identity_read_back": exam.identity_read_back,
        "pregnancy_answer": exam.pregnancy_answer,
        "implants_answer": exam.implants_answer,
        "on_site_physician": exam.on_site_physician,
        **{
            f"consent_{subject.value}": f"{last.outcome}:{last.source}"
            for subject, last in consents.items()
            if last is not None
        },
    }
