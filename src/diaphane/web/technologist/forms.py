"""Fields of the MERM's forms: large targets, short words, and refusals instead of silent cuts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.models import CancelMotive
from diaphane.kernel.errors import GuardError, Missing

LONGEST_TEXT = 4000


def text(label: Any, *, hint: Any = "", longest: int = LONGEST_TEXT, rows: int = 0) -> forms.CharField:
    """Return a field for some words: one line, or several when ``rows`` says so."""
    too_long = _("This text is too long: %(limit_value)d characters at most, %(show_value)d here.")
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    field = forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=longest,
        error_messages={"max_length": too_long},
        widget=widget,
    )
    field.widget.attrs.pop("maxlength", None)  # a paste cut in silence would lose words
    return field


def measure(label: Any, *, largest: int, places: int, hint: Any = "") -> forms.DecimalField:
    """Return a field for a measured number: a comma or a point, above zero, below what can be true."""
    not_plausible = _("This value is not plausible: check it and its unit.")
    field = forms.DecimalField(
        label=label,
        help_text=hint,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number, for example 742.5.")},
    )
    field.validators.append(_above_zero)
    field.validators.append(MaxValueValidator(largest, message=not_plausible))
    field.validators.append(_at_most_places(places))
    return field


def choice(label: Any, choices: Any, *, hint: Any = "") -> forms.ChoiceField:
    """Return a field with a few answers, all seen at once; none is chosen beforehand."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=choices, widget=forms.RadioSelect
    )


class ReasonForm(forms.Form):
    """Why: a few words."""

    reason = text(_("Reason"), rows=3)

    def read_reason(self) -> str:
        """Return the words; an empty reason is refused by the operation itself.

        Raises:
            GuardError: too long, or not text.
        """
        if "reason" in self.errors:
            raise GuardError(
                _("This text is too long."),
                [Missing("R60", _("A shorter reason: 4,000 characters at most"), _("You"), field="reason")],
            )
        return str(self.cleaned_data["reason"])


class CancelForm(ReasonForm):
    """Why the exam does not take place (R60)."""

    motive = choice(_("Why the exam does not take place"), CancelMotive.choices)
    reason = text(_("In a few words"), rows=2)
    field_order = ("motive", "reason")

    def read_motive(self) -> str:
        """Return the motive, empty when none of the list was chosen: the operation refuses it."""
        return "" if "motive" in self.errors else str(self.cleaned_data["motive"])


def _above_zero(value: Decimal) -> None:
    if value <= 0:
        raise ValidationError(_("This value must be above zero."))


def _at_most_places(places: int) -> Any:
    def validate(value: Decimal) -> None:
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            raise ValidationError(_("At most %(places)d decimals."), params={"places": places})

    return validate
