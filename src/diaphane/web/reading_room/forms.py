"""The forms of the imageur on a request: validate with a protocol, or refuse with a motive (R69, R74)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.kernel.errors import Text
from diaphane.requests.models import ExamRequest

LONGEST_TEXT = 5000


def text(label: Text, *, rows: int = 2, hint: Text = "") -> forms.CharField:
    """Return a field for a few sentences; what is owed is said by the guards, not by the field."""
    field = forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
    field.widget.attrs.pop("maxlength", None)  # a paste cut in silence would lose words
    return field


class ValidationForm(forms.Form):
    """What the imageur decides: protocol, contrast, urgency granted, and the reason of an exam kept."""

    protocol = text(_("Protocol"), rows=3, hint=_("Acquisitions, phases, reconstructions."))
    contrast_prescription = text(
        _("Contrast prescription"),
        hint=_("Product, dose, rate; or “no injection”. It is signed by your validation."),
    )
    granted_urgency = forms.ChoiceField(
        label=_("Urgency granted"), required=False, choices=Act.Urgency.choices, widget=forms.RadioSelect
    )
    review_reason = text(
        _("Why the exam is kept, and how it is optimised"), hint=_("Pregnancy is possible or not settled.")
    )

    @classmethod
    def of(cls, request: ExamRequest, **options: Any) -> "ValidationForm":
        """Start from the urgency that was asked for."""
        return cls(initial={"granted_urgency": request.act.requested_urgency}, **options)


class RefusalForm(forms.Form):
    """Why not, in a word from the list and in the imageur's own, and what instead (R74, R75)."""

    refusal_motive = forms.ChoiceField(
        label=_("Motive"), required=False, choices=ExamRequest.Motive.choices, widget=forms.RadioSelect
    )
    refusal_words = text(_("In your words"), hint=_("The requesting physician reads this at once."))
    alternative = text(_("What you propose instead"))
