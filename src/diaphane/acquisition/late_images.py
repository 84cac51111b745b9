"""Images that come at the wrong time: attached, for they name the exam, but never in silence (R40, R88)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import open_duty, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError

from .models import Exam, ExamState

IMAGES_OUT_OF_TIME = "exam.images_out_of_time"
IMAGES_AFTER_SIGNATURE = "exam.images_after_signature"
IMAGES_DOUBTED = "exam.images_doubted"
OWNERS = {
    IMAGES_OUT_OF_TIME: Role.TECHNOLOGIST,
    IMAGES_AFTER_SIGNATURE: Role.IMAGEUR,
    IMAGES_DOUBTED: Role.IMAGEUR,
}
_LOOK_WITHIN = timedelta(hours=1)
_REQUIREMENTS = {IMAGES_OUT_OF_TIME: "R40", IMAGES_AFTER_SIGNATURE: "R88", IMAGES_DOUBTED: "R40"}


def is_out_of_time(exam: Exam | None, *, came_at: datetime) -> bool:
    """Say whether images came while the exam was not under way: before its start, or after the verdict."""
    if exam is None or exam.started_at is None or exam.state == ExamState.CANCELLED:
        return True
    return came_at < exam.started_at or (exam.quality_at is not None and came_at > exam.quality_at)


def owe_a_look(act: Act, guard: str, *, at: datetime) -> None:
    """Ask a person to look at images that came at the wrong time; one open duty per act and kind."""
    open_duty(
        act,
        requirement=_REQUIREMENTS[guard],
        guard=guard,
        owner=OWNERS[guard],
        due_at=at + _LOOK_WITHIN,
        by=SYSTEM,
        at=at,
    )


def settle_a_look(*, act: Act, guard: str, by: Actor, at: datetime) -> None:
    """Record that the person who owed it has looked: whose images they are, whether the report changes.

    Raises:
        NotAllowedError: another role owes it.
        ConflictError: it is not owed, or not any more.
    """
    if by.role is not OWNERS[guard]:
        raise NotAllowedError(_("Somebody else looks at these images."))
    if not list_open_duties(act).filter(guard=guard).exists():
        raise ConflictError(_("Nothing is owed here any more."))
    settle_duties(act, guard, by=by, at=at)
