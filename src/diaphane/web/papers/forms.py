"""What is typed in a paper and in the list of equipment; operations say what is missing (R17, R23)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.organisations.models import Equipment, EquipmentCheck
from diaphane.organisations.papers.equipping import CheckTerms
from diaphane.web.acts.forms import choice, text
from diaphane.web.directory.forms import day

LONGEST_PAPER = 40_000


class PaperForm(forms.Form):
    """The text of a version."""

    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_PAPER,
        help_text=_("A line that begins with “## ” is a heading, with “- ” an item of a list."),
        widget=forms.Textarea(attrs={"rows": 24}),
    )


class WithdrawalForm(forms.Form):
    """Why a version is withdrawn."""

    reason = text(_("Why"), longest=300)


class EquipmentForm(forms.Form):
    """A piece of equipment of the site."""

    kind = choice(_("What it is"), Equipment.Kind.choices)
    name = text(_("Name"), longest=120)
    reference = text(_("Maker, model and serial number"), longest=120)
    place = text(_("Place"), longest=120)


class CheckForm(forms.Form):
    """What a check found, and when the next one is due."""

    done_on = day(_("Checked on"))
    next_on = day(_("Next check on"))
    outcome = choice(_("What the check found"), EquipmentCheck.Outcome.choices)
    checker = text(_("Who made the check"), longest=150)
    words = text(_("Remarks"), longest=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("done_on", "next_on"):
            self.fields[name].required = False

    def read(self) -> CheckTerms:
        """Return what was typed, once valid."""
        return CheckTerms(**self.cleaned_data)
