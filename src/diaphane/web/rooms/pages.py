"""The rooms of a site: the list, one of them with its fortnight, a new one, its closures (R73)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Room
from diaphane.organisations.queries import get_ground, get_room, list_rooms_of
from diaphane.scheduling.queries import count_booked, list_closures
from diaphane.scheduling.rooms import change_room, close_room, lift_closure, open_room
from diaphane.web.acts.answering import go
from diaphane.web.directory.employing_forms import say_missing
from diaphane.web.directory.hours import write_hours
from diaphane.web.directory.tabs import list_tabs
from diaphane.web.roles import needs

from .days import list_days
from .forms import ClosureForm, RoomForm, write_room


@dataclass(frozen=True)
class Line:
    """One room of the list."""

    room: Room
    hours: list[tuple[str, str]]
    closed_until: object
    booked: int


@require_safe
@needs("room.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the rooms of the actor's site."""
    actor = require_actor(request)
    lines = [_line(each) for each in list_rooms_of(get_ground(actor))]
    return render(request, "rooms/list.html", {"lines": lines, "tabs": list_tabs(actor, "rooms")})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("room.change")
def open_(request: HttpRequest) -> HttpResponse:
    """Add a room."""
    form = RoomForm(request.POST if request.method == "POST" else None, initial={"buffer_minutes": 5})
    if request.method == "POST" and form.is_valid():
        try:
            made = open_room(terms=form.read(), by=require_actor(request), at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("rooms:room", args=[made.pk]))
    return render(request, "rooms/open.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("room.change")
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Show a room, its next days and its closures; write it again."""
    actor = require_actor(request)
    found = get_room(room_id, actor=actor)
    if request.method != "POST":
        return _show(request, found, RoomForm(initial=write_room(found)), ClosureForm())
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            change_room(room=found, terms=form.read(), by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("rooms:room", args=[found.pk]))
    return _show(request, found, form, ClosureForm(), status=422)


@require_POST
@needs("room.change")
def close(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Take nobody in a room for a time."""
    actor, form = require_actor(request), ClosureForm(request.POST)
    found = get_room(room_id, actor=actor)
    if form.is_valid():
        given = form.cleaned_data
        span = {"starts_at": given["since"], "ends_at": given["until"], "reason": given["reason"]}
        try:
            close_room(room=found, **span, by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("rooms:room", args=[found.pk]))
    return _show(request, found, RoomForm(initial=write_room(found)), form, status=422)


@require_POST
@needs("room.change")
def lift(request: HttpRequest, room_id: UUID, closure_id: UUID) -> HttpResponse:
    """Open a room again before the end of its closure."""
    actor = require_actor(request)
    found = get_room(room_id, actor=actor)
    lift_closure(room=found, closure_id=closure_id, by=actor, at=now())
    return go(request, reverse("rooms:room", args=[found.pk]))


def _show(
    request: HttpRequest, found: Room, form: RoomForm, closure_form: ClosureForm, *, status: int = 200
) -> HttpResponse:
    at = now()
    context = {
        "room": found,
        "form": form,
        "closure_form": closure_form,
        "closures": list_closures(found, since=at),
        "days": list_days(found, at=at),
        "now": at,
    }
    return render(request, "rooms/room.html", context, status=status)


def _line(found: Room) -> Line:
    at = now()
    current = [each for each in list_closures(found, since=at) if each.starts_at <= at]
    return Line(
        room=found,
        hours=write_hours(list(found.hours.all())),
        closed_until=max((each.ends_at for each in current), default=None),
        booked=count_booked(found, since=at),
    )
