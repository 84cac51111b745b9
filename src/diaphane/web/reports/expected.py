"""The second half of the reading list: exams to supervise, images to check, reports to write."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import list_to_read, list_to_supervise
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.reporting.queries import map_authors
from diaphane.web.acts.gateway_alerts import Delay, find_delay
from diaphane.web.acts.panels import Look

from .describing import look_of_exam

_TO_DO = {
    ExamState.ACQUIRED: _("Check the images"),
    ExamState.CHECKING: _("Check the images"),
    ExamState.ACCEPTED: _("Write the report"),
    ExamState.ACCEPTED_WITH_RESERVE: _("Write the report"),
}
_ON_THE_TABLE = frozenset({ExamState.READY, ExamState.IN_PROGRESS, ExamState.ACQUIRED, ExamState.CHECKING})


@dataclass(frozen=True)
class ExamRow:
    """One exam that an imageur is expected at."""

    exam: Exam
    look: Look
    href: str
    to_do: str | Promise
    is_on_the_table: bool
    delay: Delay | None


def list_exam_rows(actor: Actor) -> list[ExamRow]:
    """List the exams that wait for an imageur: the patient on the table first, then by urgency and age."""
    exams = [*list_to_read(actor), *list_to_supervise(actor)]
    writing = map_authors(exam.act_id for exam in exams if exam.state == ExamState.BEING_READ)
    rows = [_row(exam, writing.get(exam.act_id), actor) for exam in exams]
    return sorted(rows, key=_rank)


def _row(exam: Exam, author: tuple[UUID, str] | None, actor: Actor) -> ExamRow:
    is_mine = author is not None and author[0] == actor.id
    address = "reports:write" if is_mine else "reports:check"
    return ExamRow(
        exam=exam,
        look=look_of_exam(exam),
        href=reverse(address, args=[exam.act_id]),
        to_do=_say_what_to_do(exam, author, is_mine=is_mine),
        is_on_the_table=exam.state in _ON_THE_TABLE,
        delay=find_delay(exam),
    )


def _say_what_to_do(exam: Exam, author: tuple[UUID, str] | None, *, is_mine: bool) -> str | Promise:
    if is_mine:
        return _("Go on with the report")
    if author is not None:
        return author[1]
    if exam.state in _TO_DO:
        return _TO_DO[ExamState(exam.state)]
    return _("Follow the exam") if exam.supervisor_id else _("Nobody supervises yet")


def _rank(row: ExamRow) -> tuple[bool, int, datetime]:
    urgency = Act.Urgency.values.index(row.exam.act.urgency)
    return (not row.is_on_the_table, urgency, row.exam.created_at)
