"""What is typed of a room, and of its closures."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.organisations.models import Day, Room
from diaphane.scheduling.rooms import LONGEST_BUFFER, RoomTerms
from diaphane.web.directory.week_form import WeekForm, name_hours


class RoomForm(WeekForm):
    """A room, its station and its hours of the week."""

    name = forms.CharField(label=_("Name"), max_length=80)
    modality = forms.ChoiceField(label=_("Exams"), choices=[("CT", _("CT")), ("MR", _("MRI"))])
    station_ae_title = forms.CharField(
        label=_("AE title of the modality"), max_length=16, help_text=_("As the worklist names it")
    )
    device = forms.CharField(label=_("Device"), max_length=120, required=False)
    buffer_minutes = forms.IntegerField(
        label=_("Minutes kept free after each exam"),
        min_value=0,
        max_value=LONGEST_BUFFER,
        help_text=_("To clean the room and get it ready"),
    )

    def read(self) -> RoomTerms:
        """Return what was typed, once valid."""
        given = self.cleaned_data
        return RoomTerms(
            name=given["name"],
            modality=given["modality"],
            station_ae_title=given["station_ae_title"],
            device=given["device"],
            buffer_minutes=given["buffer_minutes"],
            spans=given["spans"],
        )


class ClosureForm(forms.Form):
    """From when until when a room takes nobody, and why."""

    since = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(
        label=_("Why"), max_length=120, help_text=_("Seen by the team; nothing about a patient")
    )


def write_room(room: Room) -> Mapping[str, object]:
    """Return a room as its form shows it."""
    hours = list(room.hours.all())
    days = {
        name_hours(day): ", ".join(
            f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in hours if each.day == day
        )
        for day in Day
    }
    fields = ("name", "modality", "station_ae_title", "device", "buffer_minutes")
    return {name: getattr(room, name) for name in fields} | days
