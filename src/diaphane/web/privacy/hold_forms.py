"""What is asked of who holds a record back from erasure."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.web.acts.forms import text
from diaphane.web.identities.forms import LONGEST_REASON


class HoldForm(forms.Form):
    """Why, and until when; what is owed is said by the operation, not by the fields."""

    reason = text(_("Why this record must be kept"), longest=LONGEST_REASON)
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("Left empty: until somebody lifts it"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def read(self) -> dict[str, Any]:
        """Return what is said; what cannot be read as a day is one that is past, which is refused."""
        if self.is_valid():
            return {"reason": self.cleaned_data["reason"], "until": self.cleaned_data["until"]}
        reason = "" if "reason" in self.errors else str(self.data.get("reason", ""))
        return {"reason": reason, "until": date.min if "until" in self.errors else None}
