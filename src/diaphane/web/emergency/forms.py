"""What is asked before an exam opens in an emergency, and when the access is reviewed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acts.emergencies import Plea, Sought
from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.errors import GuardError

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class PleaForm(forms.Form):
    """Which exam, by its number or by the whole identity of its patient; why; and who asks, proven again."""

    accession_number = forms.CharField(
        label=_("Exam number"),
        required=False,
        max_length=16,
        help_text=_("Or the whole identity of the patient, below: all three."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    birth_name = forms.CharField(
        label=_("Birth name"), required=False, max_length=100, widget=forms.TextInput(attrs=_PLAIN)
    )
    first_name = forms.CharField(
        label=_("First given name"), required=False, max_length=150, widget=forms.TextInput(attrs=_PLAIN)
    )
    birth_date = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    motive = forms.ChoiceField(
        label=_("Why it cannot wait"), choices=EmergencyAccess.Motive.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("The reason, in your words"),
        max_length=500,
        help_text=_("The patient, their site and the person who reviews this will read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    code = forms.CharField(
        label=_("Six-digit code from your authenticator"),
        max_length=7,
        widget=forms.TextInput(
            attrs={"class": "code-input", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("passkey"):
            self.fields["code"].required = False

    def read_sought(self) -> Sought:
        """Return how the exam is named."""
        said = self.cleaned_data
        names = ("accession_number", "birth_name", "first_name", "birth_date")
        return Sought(**{name: said[name] for name in names})

    def read_plea(self) -> Plea:
        """Return why."""
        return Plea(self.cleaned_data["motive"], self.cleaned_data["words"])

    def refuse(self, error: GuardError) -> None:
        """Say at each field what the operation still waits for."""
        for each in error.missing:
            self.add_error(each.field or None, str(each.what))


class ReviewForm(forms.Form):
    """What a review concludes; the operation says what is missing."""

    verdict = forms.CharField(required=False)
    conclusion = forms.CharField(required=False, max_length=2000)

    def read(self) -> tuple[str, str]:
        """Return the verdict and its words."""
        said = self.cleaned_data if self.is_valid() else {}
        return str(said.get("verdict", "")), str(said.get("conclusion", ""))
