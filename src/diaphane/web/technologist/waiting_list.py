"""Wait for an earlier slot, and answer to the one that is proposed (R73)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import count_minutes, schedule_exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.scheduling.waiting import decline_offer, find_waiting, leave_waiting_list, wait_for_slot
from diaphane.web.roles import needs

from .answers import move_exam
from .planning_form import SlotForm


@require_POST
@needs("exam.schedule")
def wait(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put an exam on the waiting list."""

    def put(exam: Exam, by: Actor) -> None:
        asked_for = exam.act.request.exam
        modality = asked_for.modality if asked_for else ""
        wait_for_slot(act=exam.act, modality=modality, minutes=count_minutes(exam), by=by, at=now())

    return move_exam(request, act_id, put)


@require_POST
@needs("exam.schedule")
def stop(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take an exam off the waiting list."""
    return move_exam(request, act_id, lambda exam, by: leave_waiting_list(act=exam.act, by=by, at=now()))


@require_POST
@needs("exam.schedule")
def take(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Book the slot that is proposed, in place of the one that the exam has."""
    form = SlotForm(request.POST)

    def book(exam: Exam, by: Actor) -> None:
        entry = find_waiting(exam.act)
        if entry is None or entry.offered_room is None or entry.offered_starts_at is None:
            raise ConflictError(_("This slot is no longer proposed."))
        form.is_valid()
        schedule_exam(
            exam=exam,
            room=entry.offered_room,
            starts_at=entry.offered_starts_at,
            replaces=form.cleaned_data.get("replaces"),
            by=by,
            at=now(),
        )

    return move_exam(request, act_id, book)


@require_POST
@needs("exam.schedule")
def decline(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Leave the slot that is proposed to the next who waits."""
    return move_exam(request, act_id, lambda exam, by: decline_offer(act=exam.act, by=by, at=now()))
