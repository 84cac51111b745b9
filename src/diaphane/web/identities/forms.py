"""What a person says about an identity: a document seen, a reason, who an unknown patient is (R40)."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import GuardError, Missing
from diaphane.patients.models import UNKNOWN_PLACE, IdentityProof, Patient
from diaphane.web.acts.forms import choice, text

if TYPE_CHECKING:
    _TraitsModelForm = forms.ModelForm[Patient]
else:  # the class takes its parameter in the stubs only
    _TraitsModelForm = forms.ModelForm

_DOCUMENTS = [each for each in IdentityProof.Kind.choices if each[0] != IdentityProof.Kind.INSI]
OLDEST = 125
LONGEST_REASON = 300


class DocumentForm(forms.Form):
    """Which document was seen; its number is never asked."""

    kind = choice(_("Document seen"), _DOCUMENTS)


class ReasonForm(forms.Form):
    """Why; what is owed is said by the guards, not by the field."""

    reason = text(_("How you know it"), longest=LONGEST_REASON)

    def words(self) -> str:
        """Return the reason; an empty one is refused by the operation.

        Raises:
            GuardError: too long.
        """
        reason = str(self.data.get("reason", "")).replace("\x00", "")
        if len(reason) > LONGEST_REASON:
            missing = Missing("R40", _("300 characters at most"), _("You"), field="reason")
            raise GuardError(_("This reason is too long."), [missing])
        return reason


class MergeForm(ReasonForm):
    """Which identity is kept, and why."""

    survivor = forms.UUIDField(required=False)

    def read_survivor(self) -> UUID | None:
        """Return the identity to keep, or None when none was chosen."""
        return self.cleaned_data.get("survivor") if self.is_valid() else None


class RecogniseForm(ReasonForm):
    """Whom an unidentified patient turned out to be, and why."""

    known = forms.UUIDField()


class UnidentifiedForm(forms.Form):
    """What is seen of somebody whom nobody can name yet."""

    sex = choice(_("Sex, as it seems"), Patient.Sex.choices)
    age = forms.IntegerField(
        label=_("Estimated age"),
        min_value=0,
        max_value=OLDEST,
        help_text=_("In years, roughly"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].required = True


class TraitsForm(_TraitsModelForm):
    """The strict traits of a patient (R40)."""

    class Meta:
        model = Patient
        fields: tuple[str, ...] = ("birth_name", "used_name", "first_names", "sex", "birth_date")
        labels = {
            "birth_name": _("Birth name"),
            "used_name": _("Used name, if it differs"),
            "first_names": _("Given names, the first one first"),
            "sex": _("Sex"),
            "birth_date": _("Birth date"),
        }
        widgets = {
            "sex": forms.RadioSelect,
            "birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = Patient.Sex.choices  # type: ignore[attr-defined]
        for name in ("birth_name", "used_name", "first_names"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


class CorrectionForm(TraitsForm):
    """The traits as they should be, why they were wrong, and the document that says so."""

    reason = text(_("Why it was wrong"), longest=LONGEST_REASON)
    proof = choice(_("Document seen"), _DOCUMENTS)

    class Meta(TraitsForm.Meta):
        fields = (*TraitsForm.Meta.fields, "birth_place_code", "phone")
        labels = {
            **TraitsForm.Meta.labels,
            "birth_place_code": _("Birth place, by its code (INSEE)"),
            "phone": _("Telephone"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["birth_place_code"]
        place.required, place.help_text = False, _("Five characters; leave it empty when you do not know it")
        if self.initial.get("birth_place_code") == UNKNOWN_PLACE:
            self.initial["birth_place_code"] = ""

    def clean_birth_place_code(self) -> str:
        """Say that the place is not known where nothing was typed."""
        return str(self.cleaned_data["birth_place_code"]).strip().upper() or UNKNOWN_PLACE


class DeathForm(ReasonForm):
    """The day of a death; an empty one takes it back."""

    deceased_on = forms.DateField(
        label=_("Day of the death"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def read_date(self) -> date | None:
        """Return the day.

        Raises:
            GuardError: this is no date.
        """
        if not self.is_valid():
            missing = Missing("R40", _("A date"), _("You"), field="deceased_on")
            raise GuardError(_("This is no date."), [missing])
        found: date | None = self.cleaned_data["deceased_on"]
        return found
