"""Plan an exam: a room, a time, and a clear refusal when the slot was taken meanwhile (R73)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from diaphane.acquisition.absences import record_absence
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import schedule_exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.models import Room
from diaphane.web.roles import needs

from .answers import move_exam
from .planning_form import SlotForm, list_fit_rooms


@require_POST
@needs("exam.schedule")
def schedule(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Book the chosen slot; the card comes back planned, or with other proposals."""
    form = SlotForm(request.POST)

    def book(exam: Exam, by: Actor) -> None:
        at = now()
        starts_at = form.read_start(request.POST.get("when", ""), at=at)
        given = form.cleaned_data
        schedule_exam(
            exam=exam,
            room=_pick_room(exam, given.get("room")),
            starts_at=starts_at,
            replaces=given.get("replaces"),
            by=by,
            at=at,
        )

    return move_exam(request, act_id, book)


@require_POST
@needs("exam.miss")
def miss(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the patient did not come; the card asks for another slot."""
    return move_exam(request, act_id, lambda exam, by: record_absence(exam=exam, by=by, at=now()))


def _pick_room(exam: Exam, room_id: UUID | None) -> Room:
    """Return a room that can make this exam.

    Raises:
        Http404: another site's, or one of another modality.
    """
    found = next((room for room in list_fit_rooms(exam) if room.pk == room_id), None)
    if found is None:
        raise Http404
    return found
