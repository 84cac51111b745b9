"""What a convention is proposed with: the other structure, what it opens, when (R26)."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.organisations.contracting import Terms
from diaphane.organisations.models import Convention
from diaphane.organisations.queries import list_other_structures

from .forms import day, document
from .week_form import WeekForm

ASKS, READS = "asks", "reads"


class ConventionForm(WeekForm):
    """The terms, hours as they are written on a door."""

    side = forms.ChoiceField(
        label=_("Your structure"),
        choices=[(ASKS, _("asks for exams")), (READS, _("reads at a distance"))],
        widget=forms.RadioSelect,
    )
    partner = forms.ChoiceField(label=_("The other structure"))
    reference = forms.CharField(label=_("Reference"), max_length=60)
    modalities = forms.MultipleChoiceField(
        label=_("Exams"), choices=Convention.Modality.choices, widget=forms.CheckboxSelectMultiple
    )
    readers = forms.MultipleChoiceField(
        label=_("Roles"), choices=Convention.Reader.choices, widget=forms.CheckboxSelectMultiple
    )
    valid_from = day(_("First day"))
    valid_until = day(_("Last day"))
    document = document(is_required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        partners = [(str(each.pk), each.name) for each in list_other_structures(actor)]
        self.fields["partner"].choices = partners  # type: ignore[attr-defined]

    def read(self) -> Terms:
        """Return the terms, once valid."""
        given, partner = self.cleaned_data, UUID(self.cleaned_data["partner"])
        ours = self.actor.structure_id or UUID(int=0)
        site, reader = (ours, partner) if given["side"] == ASKS else (partner, ours)
        return Terms(
            requesting_site_id=site,
            reading_structure_id=reader,
            reference=given["reference"].strip(),
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            modalities=given["modalities"],
            readers=given["readers"],
            spans=given["spans"],
        )


class EndForm(forms.Form):
    """When a convention ends before its term, and why."""

    last_day = day(_("Last day"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = False
