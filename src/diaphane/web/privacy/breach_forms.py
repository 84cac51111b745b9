"""What is asked of a breach; what is owed is said by the operations, not by the fields."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.privacy.models import Breach
from diaphane.web.acts.forms import choice, text

if TYPE_CHECKING:
    _BreachModelForm = forms.ModelForm[Breach]
else:  # the class takes its parameter in the stubs only
    _BreachModelForm = forms.ModelForm

_NO_NAME = _("No name of a person here")
_LATER = timedelta(days=3650)


def _instant(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False)


class OpenBreachForm(forms.Form):
    """When it was discovered, and what happened."""

    discovered_at = _instant(_("Discovered on"))
    kind = choice(_("What was lost of the data"), Breach.Kind.choices)
    nature = text(_("What happened"), hint=_NO_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discovered_at"].required = True


class BreachFactsForm(_BreachModelForm):
    """What is known of it, completed as it goes."""

    class Meta:
        model = Breach
        fields = ("kind", "nature", "people", "people_count", "consequences", "measures", "risk")
        labels = {
            "kind": _("What was lost of the data"),
            "nature": _("What happened"),
            "people": _("Which persons and which data"),
            "people_count": _("How many persons"),
            "consequences": _("What it may do to them"),
            "measures": _("The measures taken"),
            "risk": _("The risk"),
        }
        widgets = {
            "kind": forms.RadioSelect,
            "risk": forms.RadioSelect,
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("nature", "people", "consequences", "measures")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk"].choices = Breach.Risk.choices  # type: ignore[attr-defined]
        self.fields["kind"].choices = Breach.Kind.choices  # type: ignore[attr-defined]


class NotificationForm(forms.Form):
    """When the CNIL was notified, under which number, and why late if it was."""

    notified_at = _instant(_("Notified to the CNIL on"))
    reference = text(_("The number that the CNIL gave"), longest=80)
    late_reason = text(_("Why it is late, if more than 72 hours have passed"), longest=1000)

    def read(self, at: datetime) -> dict[str, Any]:
        """Return what is said; an instant that makes no sense is one that the operation refuses."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "notified_at": said.get("notified_at") or at + _LATER,
            "reference": said.get("reference", ""),
            "late_reason": said.get("late_reason", ""),
        }


class ToldForm(forms.Form):
    """When and how the persons concerned were told."""

    told_at = _instant(_("Persons told on"))
    how = text(_("How they were told"), longest=1000)

    def read(self, at: datetime) -> dict[str, Any]:
        """Return what is said, as above."""
        said = self.cleaned_data if self.is_valid() else {}
        return {"told_at": said.get("told_at") or at + _LATER, "how": said.get("how", "")}
