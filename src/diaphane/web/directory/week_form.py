"""Hours of each day of the week, as they are written on a door: shared by conventions and rooms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.organisations.contracting import Span
from diaphane.organisations.models import Day

from .hours import read_hours


class WeekForm(forms.Form):
    """A form with one field for each day, read into ``cleaned_data["spans"]``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in Day:
            self.fields[name_hours(each)] = forms.CharField(label=each.label, required=False, max_length=80)

    @property
    def hours(self) -> list[forms.BoundField]:
        """Return the field of each day."""
        return [self[name_hours(each)] for each in Day]

    def clean(self) -> dict[str, Any]:
        """Read the hours, day by day."""
        given = super().clean() or {}
        spans: list[Span] = []
        for each in Day:
            try:
                spans += read_hours(str(given.get(name_hours(each), "")), day=each)
            except ValueError:
                self.add_error(name_hours(each), _("Hours are written like this: 8:00-12:00, 18:00-8:00"))
        return {**given, "spans": spans}


def name_hours(each: Day) -> str:
    """Return the name of the field of a day."""
    return f"hours_{each.value}"
