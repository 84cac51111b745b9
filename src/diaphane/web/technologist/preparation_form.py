"""What is checked at the table, one touch per answer (R40, R57, R58, R68, R84, R85)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.guards import must_ask_implants, must_ask_pregnancy
from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import list_recent_physicians
from diaphane.consents.answers import is_minor
from diaphane.consents.models import Consent
from diaphane.consents.queries import get_consent
from diaphane.web.consents.tokens import list_answers, mark_answer, read_answer

from .forms import choice, text

_READ_BACK_HINT = _("The patient says name, given name and birth date; you compare.")


class PreparationForm(forms.Form):
    """The checks of the table, for one exam: only the questions that concern it."""

    identity_read_back = choice(
        _("Identity, read back with the patient"), Exam.ReadBack, hint=_READ_BACK_HINT
    )
    consent_act = choice(_("Agreement to the exam"), ())
    consent_distance = choice(_("Agreement to the reading at a distance"), ())
    answered_by = text(_("Name of who answers for the child"), longest=200)
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
        for subject in Consent.Subject:
            self.fields[f"consent_{subject}"].choices = list_answers(exam.act)  # type: ignore[attr-defined]
        if not is_minor(exam.act):
            del self.fields["answered_by"]
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
        name = given.get("answered_by", "")
        return {
            "identity_read_back": given["identity_read_back"],
            "consents": {
                subject: read_answer(answer, answered_by=name)
                for subject, answer in subjects.items()
                if answer
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
        "answered_by": next((each.answered_by for each in consents.values() if each), ""),
        **{
            f"consent_{subject.value}": mark_answer(last)
            for subject, last in consents.items()
            if last is not None
        },
    }
