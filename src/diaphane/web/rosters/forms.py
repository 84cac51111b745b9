"""What is typed of a shift, and of a hand-over."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.rosters.models import Shift
from diaphane.rosters.operations import ShiftTerms
from diaphane.rosters.queries import list_imageurs
from diaphane.web.acts.forms import text


def _instant(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class ShiftForm(forms.Form):
    """One imageur on duty, from when until when."""

    person = forms.ChoiceField(label=_("Radiologist"))
    kind = forms.ChoiceField(label=_("How"), choices=Shift.Kind.choices, widget=forms.RadioSelect)
    starts_at = _instant(_("From"))
    ends_at = _instant(_("Until"))
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        help_text=_("Leave empty for the one of their professional file"),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Shift.Language.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.user_id): each.user for each in list_imageurs(actor)}
        self.fields["person"].choices = [(key, user.name) for key, user in self.people.items()]  # type: ignore[attr-defined]

    def read(self) -> ShiftTerms:
        """Return what was typed, once valid, with the telephone on record where none was."""
        given = self.cleaned_data
        known = getattr(self.people[given["person"]], "professional", None)
        return ShiftTerms(
            user_id=UUID(given["person"]),
            kind=given["kind"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            phone=given["phone"].strip() or (known.phone if known else ""),
            languages=given["languages"],
        )


class HandOverForm(forms.Form):
    """Who takes over, and what to tell them."""

    receiver = forms.ChoiceField(label=_("Who takes over"), widget=forms.RadioSelect)
    words = text(_("What they must know"), rows=3)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [each.user for each in list_imageurs(actor) if each.user_id != actor.id]
        self.fields["receiver"].choices = [(str(user.pk), user.name) for user in others]  # type: ignore[attr-defined]
