"""Which room, when: what the site's rooms offer, and the time that a person chose (R73)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import count_minutes
from diaphane.acts.models import Act
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.organisations.models import Room
from diaphane.organisations.queries import list_rooms
from diaphane.scheduling.queries import find_next_slot, round_up

_PRESSING = frozenset({Act.Urgency.VITAL, Act.Urgency.URGENT})


@dataclass(frozen=True)
class Opening:
    """What one room offers: whether it is free now, else from when, and for how long."""

    room: Room
    next_at: datetime
    ends_at: datetime
    is_free: bool
    is_pressing: bool
    form: "SlotForm"


class SlotForm(forms.Form):
    """The choice of a time in one room."""

    room = forms.UUIDField(widget=forms.HiddenInput)
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
    proposed = forms.DateTimeField(
        required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S%z"]
    )
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hour = forms.TimeField(
        label=_("Hour"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def read_start(self, when: str, *, at: datetime) -> datetime:
        """Return the start that was chosen: now, the slot proposed, or a day and an hour.

        Raises:
            GuardError: no time was chosen, or it cannot be read.
        """
        given = self.cleaned_data if self.is_valid() else {}
        chosen = {
            "now": at,
            "next": given.get("proposed"),
            "other": _join(given.get("day"), given.get("hour")),
        }
        start = chosen.get(when)
        if start is None:
            raise GuardError(
                _("This time cannot be read."),
                [Missing("R73", _("A day and an hour"), _("You"), field="day")],
            )
        return start


def list_openings(exam: Exam) -> list[Opening]:
    """List what each room that can make this exam offers, the first one free first."""
    at, minutes = now(), count_minutes(exam)
    openings = [_opening(exam, room, minutes, at) for room in list_fit_rooms(exam)]
    return sorted(openings, key=lambda each: each.next_at)


def list_fit_rooms(exam: Exam) -> list[Room]:
    """List the rooms of the exam's site that can make it."""
    asked_for = exam.act.request.exam
    if asked_for is None:
        return []
    return list(list_rooms(structure_id=exam.act.requesting_site_id, modality=asked_for.modality))


def _opening(exam: Exam, room: Room, minutes: int, at: datetime) -> Opening:
    next_at = find_next_slot(room, minutes=minutes, after=at)
    booked = next((each for each in exam.act.appointments.all() if each.cancelled_at is None), None)
    return Opening(
        room=room,
        next_at=next_at,
        ends_at=next_at + timedelta(minutes=minutes),
        is_free=next_at == round_up(at),
        is_pressing=exam.act.urgency in _PRESSING,
        form=SlotForm(
            initial=_offer(room.pk, booked.pk if booked else None, next_at), auto_id=f"id_{room.pk}_%s"
        ),
    )


def _offer(room: UUID, replaces: UUID | None, next_at: datetime) -> dict[str, Any]:
    local = timezone.localtime(next_at)
    return {
        "room": room,
        "replaces": replaces or "",
        "proposed": local.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "day": local.date(),
        "hour": local.time(),
    }


def _join(day: date | None, hour: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, hour)) if day and hour else None
