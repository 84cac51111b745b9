"""Which room, when: what the site's rooms offer, and the time that a person chose (R73)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import PLANNED_AT_MOST, count_minutes
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.organisations.models import Room
from diaphane.organisations.queries import list_rooms
from diaphane.scheduling.delays import Delay, weigh_delay
from diaphane.scheduling.free_slots import list_free_slots, round_up
from diaphane.scheduling.operations import PRESSING

_PROPOSED = 3


@dataclass(frozen=True)
class Proposal:
    """One start that a room offers, as the button sends it, and how it stands against the urgency."""

    starts_at: datetime
    ends_at: datetime
    is_today: bool
    delay: Delay
    sent: str


@dataclass(frozen=True)
class Opening:
    """What one room offers: whether it is free now, else from when, and for how long; None when it is full.

    ``is_typed`` says that a time was typed for this room and refused: it stays as it was typed.
    """

    room: Room
    next_at: datetime | None
    is_free: bool
    is_pressing: bool
    proposals: list[Proposal]
    is_typed: bool
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
        """Return the start that was chosen: now, a slot proposed, or a day and an hour.

        Raises:
            GuardError: no time was chosen, or it cannot be read.
        """
        given = self.cleaned_data if self.is_valid() else {}
        chosen = {
            "now": at,
            "next": given.get("proposed"),
            "other": _join(given.get("day"), given.get("hour")),
        }
        start = chosen[when] if when in chosen else _read_instant(when)
        if start is None:
            raise GuardError(
                _("This time cannot be read."),
                [Missing("R73", _("A day and an hour"), _("You"), field="day")],
            )
        return start


def list_openings(exam: Exam, typed: Mapping[str, str] | None = None) -> list[Opening]:
    """List what each room that can make this exam offers, the first one free first.

    After a refusal, ``typed`` is what was sent: the slots offered follow the time that was wanted.
    """
    at, given = now(), SlotForm(typed) if typed and typed.get("when") == "other" else None
    wanted = _read_wanted(given)
    after = wanted if wanted and at <= wanted <= at + PLANNED_AT_MOST else at
    openings = [_opening(exam, room, after, given) for room in list_fit_rooms(exam)]
    return sorted(openings, key=lambda each: each.next_at or datetime.max.replace(tzinfo=UTC))


def list_fit_rooms(exam: Exam) -> list[Room]:
    """List the rooms of the exam's site that can make it."""
    asked_for = exam.act.request.exam
    if asked_for is None:
        return []
    return list(list_rooms(structure_id=exam.act.requesting_site_id, modality=asked_for.modality))


def _opening(exam: Exam, room: Room, after: datetime, given: SlotForm | None) -> Opening:
    minutes, is_pressing = count_minutes(exam), exam.act.urgency in PRESSING
    starts = list_free_slots(
        room, minutes=minutes, after=after, number=_PROPOSED, heeds_hours=not is_pressing
    )
    booked = next((each for each in exam.act.appointments.all() if each.cancelled_at is None), None)
    is_typed = given is not None and given.cleaned_data.get("room") == room.pk
    typed = given.data if given is not None and is_typed else None
    return Opening(
        room=room,
        next_at=starts[0] if starts else None,
        is_free=bool(starts) and starts[0] == round_up(now()),
        is_pressing=is_pressing,
        proposals=[_proposal(exam, start, minutes) for start in starts],
        is_typed=is_typed,
        form=SlotForm(
            initial=_offer(room.pk, booked.pk if booked else None, starts[0] if starts else after, typed),
            auto_id=f"id_{room.pk}_%s",
        ),
    )


def _proposal(exam: Exam, starts_at: datetime, minutes: int) -> Proposal:
    request = exam.act.request
    since = request.submitted_at or request.created_at
    return Proposal(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        is_today=timezone.localdate(starts_at) == timezone.localdate(now()),
        delay=weigh_delay(urgency=exam.act.urgency, since=since, starts_at=starts_at),
        sent=timezone.localtime(starts_at).isoformat(),
    )


def _offer(
    room: UUID, replaces: UUID | None, next_at: datetime, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    local = timezone.localtime(next_at)
    return {
        "room": room,
        "replaces": replaces or "",
        "proposed": local.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "day": typed.get("day", "") if typed else local.date(),
        "hour": typed.get("hour", "") if typed else local.time(),
    }


def _read_wanted(given: SlotForm | None) -> datetime | None:
    if given is None:
        return None
    given.is_valid()
    return _join(given.cleaned_data.get("day"), given.cleaned_data.get("hour"))


def _read_instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else None


def _join(day: date | None, hour: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, hour)) if day and hour else None
