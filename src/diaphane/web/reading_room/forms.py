"""The forms of the imageur on a request: validate with a protocol, or refuse with a motive (R69, R74)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.requests.models import ExamRequest
from diaphane.requests.orders import ImplantFinding
from diaphane.requests.protocol_book import list_in_force
from diaphane.web.acts.forms import choice, text
from diaphane.web.requesting.catalogue_field import ExamField

from .order_form import OrderForm


class ValidationForm(OrderForm):
    """What the imageur decides: protocol, contrast, urgency granted, and the reason of an exam kept."""

    granted_urgency = choice(_("Urgency granted"), Act.Urgency.choices)
    urgency_words = text(
        _("Why a lower urgency than asked for"), hint=_("The requesting physician reads this at once.")
    )
    performer_words = text(
        _("Why this exam without the agreement of the requesting physician"),
        hint=_("In disagreement the performer decides, and it is written."),
    )
    review_reason = text(
        _("Why the exam is kept, and how it is optimised"), hint=_("Pregnancy is possible or not settled.")
    )

    safety_motive = text(
        _("Safety: why the exam goes on"),
        hint=_("For each STOP and each point left to you: what lifts it, and which precautions."),
    )
    implants_settled = choice(
        _("Implants and foreign bodies, settled"),
        ExamRequest.Implants.choices,
        hint=_("No MRI while this is unknown; leave it when the request already answers."),
    )
    implants_by = text(
        _("Established by whom, and from what"), longest=200, hint=_("Record, relative, scout radiograph…")
    )
    implants_conditions = text(_("The device, and its maker’s conditions for MRI"))

    @classmethod
    def of(cls, request: ExamRequest, **options: Any) -> "ValidationForm":
        """Start from the urgency that was asked for, and from an implant that was listed.

        A request that a new fact reopened starts from what was decided, but for the motive: that one is new.
        """
        is_listed = request.implants == ExamRequest.Implants.LISTED
        initial = {
            "granted_urgency": request.act.granted_urgency or request.act.requested_urgency,
            "implants_settled": request.implants if is_listed else "",
        }
        if request.is_suspended:
            kept = ("protocol", "contrast_prescription", "review_reason", "implants_conditions")
            initial |= {name: getattr(request, name) for name in kept}
        offered = list_in_force(site_id=request.act.requesting_site_id, exam_code=request.exam_code)
        return cls(initial=initial, offered=offered, **options)

    def finding(self) -> ImplantFinding:
        """Return what the imageur settles about implants (R85)."""
        values = self.cleaned_data
        return ImplantFinding(
            values["implants_settled"], values["implants_by"], values["implants_conditions"]
        )


class RefusalForm(forms.Form):
    """Why not, in a word from the list and in the imageur's own, and what instead (R74, R75)."""

    refusal_motive = choice(_("Motive"), ExamRequest.Motive.choices)
    refusal_words = text(_("In your words"), hint=_("The requesting physician reads this at once."))
    alternative = text(_("What you propose instead"))
    other_way = choice(
        _("The other way"),
        ExamRequest.OtherWay.choices,
        hint=_("Needed when nothing is feasible at a distance; the treating physician is then told."),
    )
    other_way_owner = text(_("Who sees to it, by name"), longest=200)


class ProposalForm(forms.Form):
    """Another exam than the one asked for, and why (R69)."""

    exam_code = ExamField(label=_("Exam proposed"))
    why = text(_("Why this one is better"), hint=_("The requesting physician reads this at once."))


class PerformerForm(forms.Form):
    """Why the performer goes on without waiting for an agreement (R69)."""

    performer_words = text(
        _("Why you go on without an agreement"),
        hint=_("In disagreement the performer decides, and it is written."),
    )
