"""The forms of the médecin demandeur: who the patient is, what is asked and why (R40, R64–R69)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.kernel.identifiers import INS_OIDS, INS_TEST_OIDS
from diaphane.kernel.modes import Mode
from diaphane.patients.models import UNKNOWN_PLACE, validate_ins, validate_phone
from diaphane.requests.models import ExamRequest
from diaphane.web.acts.forms import choice, text
from diaphane.web.identities.forms import TraitsForm

from .catalogue_field import ExamField

_NIR = next(iter(INS_OIDS))


def callback() -> forms.CharField:
    """Return the field of the number at which the demandeur is called back (R64)."""
    return forms.CharField(
        label=_("Your call-back number"),
        required=False,
        max_length=30,
        validators=[validate_phone],
        error_messages={"max_length": _("This number is too long.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class SearchForm(forms.Form):
    """Words of a name, a birth date or an INS; sent by POST, so that no address holds them."""

    words = forms.CharField(
        label=_("Name, given name, birth date or INS"),
        help_text=_("For example: martin 14/03/1955"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )


class ChosenPatientForm(forms.Form):
    """A patient picked from the list; sent by POST, so that no address holds them."""

    patient = forms.UUIDField(widget=forms.HiddenInput)


class PatientForm(TraitsForm):
    """The strict traits of a patient (R40); an INS typed by hand never makes a qualified identity."""

    ins = forms.CharField(
        label="INS",
        required=False,
        max_length=40,
        help_text=_("15 characters with the key; leave it empty when you do not have it"),
    )
    birth_place_code = forms.CharField(
        label=_("Birth place (INSEE code)"),
        required=False,
        max_length=5,
        help_text=_("Five characters; leave it empty when you do not know it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    is_distinct = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta(TraitsForm.Meta):
        fields = (*TraitsForm.Meta.fields, "phone", "ins", "ins_oid", "birth_place_code")
        labels = TraitsForm.Meta.labels | {"phone": _("Telephone"), "ins_oid": _("Kind of INS")}
        widgets = TraitsForm.Meta.widgets | {
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tested = {} if settings.MODE is Mode.PRODUCTION else INS_TEST_OIDS
        oids = {oid: name for oid, name in INS_OIDS.items() if oid not in INS_TEST_OIDS or oid in tested}
        self.fields["ins_oid"].choices = list(oids.items())  # type: ignore[attr-defined]
        self.fields["ins"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_ins(self) -> str:
        """Take an INS as it is read aloud, in groups."""
        ins = str(self.cleaned_data["ins"]).replace(" ", "").upper()
        if ins:
            validate_ins(ins)
        return ins

    def clean_birth_place_code(self) -> str:
        """Say that the place is not known where nothing was typed; an odd code is kept, and said later."""
        return str(self.cleaned_data["birth_place_code"]).strip().upper() or UNKNOWN_PLACE

    def clean(self) -> dict[str, Any]:
        """Keep the kind of an INS only with an INS."""
        values: dict[str, Any] = super().clean() or {}
        ins, oid = values.get("ins", ""), values.get("ins_oid") or _NIR
        values["ins_oid"] = oid if ins else ""
        return values

    def _get_validation_exclusions(self) -> set[str]:
        """Let an INS through that another site knows: registering links that patient, or asks a person."""
        return {*super()._get_validation_exclusions(), "ins"}  # type: ignore[misc]


class DraftForm(forms.Form):
    """Everything a request may hold; nothing is required here, what is missing is listed beside (R64–R69)."""

    exam_code = ExamField(label=_("Exam"))
    urgency = choice(_("Urgency"), Act.Urgency.choices)
    question = text(_("Question to answer"), hint=_("What the exam must say, in one sentence."))
    history = text(_("Context and history"), rows=3)
    antecedents = text(_("Antecedents"), chips=(_("none known"),))
    wanted_by = text(_("Delay wanted"), longest=120, chips=(_("within the hour"), _("today")))
    risks = text(
        _("Ground at risk, contraindications"),
        hint=_("Allergy, kidneys, implants, treatments…"),
        chips=(_("none known"),),
    )
    biology = text(
        _("Useful biology"), hint=_("Creatinine, haemostasis, with their dates."), chips=(_("none"),)
    )
    prior_imaging = text(_("Earlier imaging"), chips=(_("none known"),))
    pregnancy = choice(_("Pregnancy"), ExamRequest.Pregnancy.choices)
    previous_ionising = text(_("Earlier ionising exams"), chips=(_("none known"),))
    implants = choice(
        _("Implants and foreign bodies"),
        ExamRequest.Implants.choices,
        hint=_("Pacemaker, neurostimulator, cochlear implant, pump, clip, metal in the eye…"),
    )
    implants_details = text(_("Which implant: kind, maker, reference"))
    justification = text(_("Why this exam"), hint=_("Against the guide of good use of imaging."))
    protocol_wishes = text(_("Wishes for the protocol"), hint=_("The radiologist decides."))
    distance_reason = text(_("Why at a distance"), longest=200, chips=(_("no radiologist on site"),))
    information = choice(
        _("The patient was told"),
        ExamRequest.Information.choices,
        hint=_("Interest, risks, alternatives, reading at a distance, right to refuse."),
    )
    callback_phone = callback()
    contact = text(_("To reach the patient or the representative"), longest=200)
    treating_physician_email = forms.EmailField(
        label=_("Treating physician’s e-mail"),
        required=False,
        max_length=254,
        help_text=_("It only hears that a report waits: never any health data."),
    )

    @classmethod
    def of(cls, request: ExamRequest, **options: Any) -> "DraftForm":
        """Return the form filled with a request's present values."""
        initial = {name: getattr(request, name) for name in cls.base_fields if name != "urgency"}
        return cls(initial=initial | {"urgency": request.act.requested_urgency}, **options)


class TreatingForm(forms.Form):
    """How the médecin traitant was told that nothing is done at a distance (R75)."""

    treating_told = text(
        _("Who was told, and how"),
        longest=200,
        hint=_("By letter, by telephone…; or that the patient has no treating physician."),
    )
