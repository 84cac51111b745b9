"""Who stands beside a patient, as a person writes it: names, how to reach them, in which quality (R57)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.patients.models import RELATED_TRAITS, RelatedPerson, Relationship
from diaphane.patients.qualities import PAPERS_OF, Quality
from diaphane.patients.relating import Bond
from diaphane.web.acts.forms import choice

if TYPE_CHECKING:
    _PersonModelForm = forms.ModelForm[RelatedPerson]
else:  # the class takes its parameter in the stubs only
    _PersonModelForm = forms.ModelForm


class PersonForm(_PersonModelForm):
    """How somebody is called and reached."""

    class Meta:
        model = RelatedPerson
        fields = RELATED_TRAITS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RelatedForm(PersonForm):
    """Somebody new: who, in which quality, from when to when; ``known`` once the same names were found."""

    quality = forms.ChoiceField(
        label=_("In which quality"), choices=Quality.choices, widget=forms.RadioSelect
    )
    starts_on = _day(_("From, when it is not today"))
    ends_on = _day(_("Until, when a date is set"))
    known = forms.CharField(required=False, widget=forms.HiddenInput())

    def read_bond(self) -> Bond:
        """Return the quality and its dates."""
        given = self.cleaned_data
        return Bond(given["quality"], given["starts_on"], given["ends_on"])


class PaperForm(forms.Form):
    """Which paper was seen; its number is never asked."""

    paper = choice(_("Paper seen"), [])

    def __init__(self, relationship: Relationship, data: Any = None) -> None:
        super().__init__(data)
        papers = PAPERS_OF[Quality(relationship.quality)]
        self.fields["paper"].choices = [(each.value, each.label) for each in papers]  # type: ignore[attr-defined]
