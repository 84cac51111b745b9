"""The forms of the imageur on a request: validate with a protocol, or refuse with a motive (R69, R74)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.requests.models import ExamRequest
from diaphane.web.acts.forms import choice, text


class ValidationForm(forms.Form):
    """What the imageur decides: protocol, contrast, urgency granted, and the reason of an exam kept."""

    protocol = text(_("Protocol"), rows=3, hint=_("Acquisitions, phases, reconstructions."))
    contrast_prescription = text(
        _("Contrast prescription"),
        hint=_("Product, dose, rate; empty when nothing is injected. It is signed by your validation."),
    )
    granted_urgency = choice(_("Urgency granted"), Act.Urgency.choices)
    review_reason = text(
        _("Why the exam is kept, and how it is optimised"), hint=_("Pregnancy is possible or not settled.")
    )

    @classmethod
    def of(cls, request: ExamRequest, **options: Any) -> "ValidationForm":
        """Start from the urgency that was asked for."""
        return cls(initial={"granted_urgency": request.act.requested_urgency}, **options)


class RefusalForm(forms.Form):
    """Why not, in a word from the list and in the imageur's own, and what instead (R74, R75)."""

    refusal_motive = choice(_("Motive"), ExamRequest.Motive.choices)
    refusal_words = text(_("In your words"), hint=_("The requesting physician reads this at once."))
    alternative = text(_("What you propose instead"))
