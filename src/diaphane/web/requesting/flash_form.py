"""The form of a demande flash: who, where, what, and a number; the rest only where it is known."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.patients.models import Patient
from diaphane.requests.flash import FLASH_FIELDS, REGIONS, Seen
from diaphane.requests.models import ExamRequest
from diaphane.web.acts.forms import choice, text
from diaphane.web.identities.forms import OLDEST

from .forms import callback


class FlashForm(forms.Form):
    """What there is time to say; the patient is one of the site, or nobody known: then what is seen."""

    attempt = forms.UUIDField(widget=forms.HiddenInput)
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    age = forms.IntegerField(
        label=_("Estimated age"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        help_text=_("In years, roughly"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    sex = forms.ChoiceField(
        label=_("Sex, as it seems"), required=False, choices=Patient.Sex.choices, widget=forms.RadioSelect
    )
    exam_code = choice(_("Region"), list(REGIONS.items()))
    question = text(_("Question to answer"), longest=500)
    callback_phone = callback()
    pregnancy = choice(_("Pregnancy"), ExamRequest.Pregnancy.choices)
    implants = choice(_("Implants and foreign bodies"), ExamRequest.Implants.choices)
    risks = text(_("Weight, allergies, treatments"), longest=500)
    biology = text(_("Kidneys: creatinine, with its date"), longest=500)

    def clean(self) -> dict[str, Any]:
        """Ask for an age, at a glance, of somebody whom nobody can name."""
        values: dict[str, Any] = super().clean() or {}
        is_unknown = "patient" in values and values["patient"] is None
        if is_unknown and values.get("age") is None and "age" not in self.errors:
            self.add_error("age", _("An age, even rough, or choose the patient."))
        return values

    @classmethod
    def blank(cls, *, callback_phone: str) -> "FlashForm":
        """Return a new page's form, with the number on record."""
        return cls(initial={"attempt": uuid4(), "callback_phone": callback_phone, "sex": Patient.Sex.UNKNOWN})

    @property
    def patient_id(self) -> UUID | None:
        """Return the patient chosen, if one was."""
        found: UUID | None = self.cleaned_data["patient"]
        return found

    @property
    def seen(self) -> Seen:
        """Return what is seen of somebody unidentified."""
        values = self.cleaned_data
        return Seen(sex=values["sex"] or Patient.Sex.UNKNOWN, age=values["age"] or 0)

    @property
    def told(self) -> dict[str, str]:
        """Return what the request will hold."""
        return {name: self.cleaned_data[name] for name in FLASH_FIELDS}
