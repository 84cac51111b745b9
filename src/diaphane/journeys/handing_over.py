"""The hand-over at the end of a shift: what is open is listed, proposed, and accepted by name (R135)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import supervise_exam
from diaphane.acquisition.queries import find_exam
from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.delivery.queries import list_not_received
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.operations import take_over_report
from diaphane.reporting.queries import find_report
from diaphane.requests.handing import HELD, take_over_request
from diaphane.requests.models import ExamRequest
from diaphane.rosters.models import HandOver, HandOverCase
from diaphane.rosters.queries import list_imageurs

_Kind = HandOverCase.Kind
_ON_THE_TABLE = frozenset({ExamState.READY, ExamState.IN_PROGRESS, ExamState.ACQUIRED, ExamState.CHECKING})
_TO_FOLLOW = _ON_THE_TABLE | {
    ExamState.TO_SCHEDULE,
    ExamState.SCHEDULED,
    ExamState.ARRIVED,
    ExamState.ACCEPTED,
    ExamState.ACCEPTED_WITH_RESERVE,
    ExamState.BEING_READ,
}
_SUPERVISED = _TO_FOLLOW - {ExamState.ACCEPTED, ExamState.ACCEPTED_WITH_RESERVE, ExamState.BEING_READ}


@dataclass(frozen=True)
class OpenCase:
    """One thing that an imageur has in hand: of which act, and what is left to do."""

    act: Act
    kind: HandOverCase.Kind


def list_open_cases(actor: Actor) -> list[OpenCase]:
    """List what an imageur has in hand: patients on the table first, results nobody acknowledged last."""
    written = Report.objects.filter(author_id=actor.id, state=ReportState.DRAFT).values("act_id")
    mine = Q(supervisor_id=actor.id) | Q(act_id__in=written)
    exams = Exam.objects.visible_to(actor).filter(mine, state__in=_TO_FOLLOW)
    requests = ExamRequest.objects.visible_to(actor).filter(reviewer_id=actor.id, state__in=HELD)
    results = list_not_received(actor).filter(report__author_id=actor.id)
    followed = [(each.act, _kind(each)) for each in exams.order_by("created_at")]
    found = [
        *sorted(followed, key=lambda each: each[1] is not _Kind.TABLE),
        *((each.act, _Kind.REQUEST) for each in requests.order_by("submitted_at")),
        *((each.report.act, _Kind.RESULT) for each in results),
    ]
    once = {(act.pk, kind): OpenCase(act, kind) for act, kind in found}
    return list(once.values())


def propose_hand_over(*, receiver_id: UUID, words: str, by: Actor, at: datetime) -> HandOver:
    """Propose all that one has in hand to another imageur of the same structure.

    Raises:
        NotAllowedError: the actor is no imageur.
        GuardError: to nobody who reads here.
        ConflictError: nothing is open, or an earlier hand-over still waits.
    """
    if not may(by, "hand_over.give") or by.structure_id is None:
        raise NotAllowedError(_("Only a radiologist hands their cases over."))
    receiver = _find_receiver(receiver_id, by)
    cases = list_open_cases(by)
    if not cases:
        raise ConflictError(_("You have nothing open to hand over."))
    try:
        with transaction.atomic():
            made = HandOver.objects.create(
                structure_id=by.structure_id,
                giver_id=by.id,
                giver_label=by.label,
                receiver=receiver,
                receiver_label=receiver.name,
                words=words.strip(),
                proposed_at=at,
            )
            HandOverCase.objects.bulk_create(
                HandOverCase(hand_over=made, act=each.act, kind=each.kind) for each in cases
            )
            _note_each(made, "hand_over.proposed", by, at)
    except IntegrityError as error:
        raise ConflictError(_("A hand-over of yours waits already: take it back first.")) from error
    return made


def accept_hand_over(*, hand_over: HandOver, by: Actor, at: datetime) -> HandOver:
    """Take over by name: requests and exams change hands, results are now followed by the one who accepts.

    What moved on meanwhile is left as it is: a request decided, an exam that another supervises.

    Raises:
        NotAllowedError: it was proposed to somebody else.
        ConflictError: it was accepted or taken back already.
        GuardError: something that the one who takes over owes is not in order; nothing has moved.
    """
    if not may(by, "hand_over.accept") or hand_over.receiver_id != by.id:
        raise NotAllowedError(_("This was proposed to another radiologist."))
    with transaction.atomic():
        held = _hold(hand_over)
        for case in held.cases.select_related("act"):
            _move(case, held, by, at)
        held.accepted_at = at
        held.save(update_fields=["accepted_at"])
        _note_each(held, "hand_over.accepted", by, at)
    return held


def take_back_hand_over(*, hand_over: HandOver, by: Actor, at: datetime) -> None:
    """Take back what nobody has accepted yet.

    Raises:
        NotAllowedError: somebody else proposed it.
        ConflictError: it was accepted or taken back already.
    """
    if hand_over.giver_id != by.id:
        raise NotAllowedError(_("Only the one who proposed it takes it back."))
    with transaction.atomic():
        held = _hold(hand_over)
        held.taken_back_at = at
        held.save(update_fields=["taken_back_at"])
        _note_each(held, "hand_over.taken_back", by, at)


def _kind(exam: Exam) -> HandOverCase.Kind:
    return _Kind.TABLE if exam.state in _ON_THE_TABLE else _Kind.EXAM


def _find_receiver(receiver_id: UUID, by: Actor) -> User:
    found = list_imageurs(by).exclude(user_id=by.id).filter(user_id=receiver_id).first()
    if found is None:
        raise GuardError(
            _("This cannot be handed over."),
            [Missing("R135", _("Another radiologist of this structure"), _("You"), field="receiver")],
        )
    return found.user


def _hold(hand_over: HandOver) -> HandOver:
    held = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over.pk)
    if not held.waits:
        raise ConflictError(_("This hand-over was accepted or taken back already."))
    return held


def _move(case: HandOverCase, held: HandOver, by: Actor, at: datetime) -> None:
    if case.kind == _Kind.REQUEST:
        take_over_request(request=case.act.request, giver_id=held.giver_id, by=by, at=at)
    elif case.kind in {_Kind.TABLE, _Kind.EXAM}:
        exam = find_exam(case.act)
        if exam and exam.supervisor_id == held.giver_id and exam.state in _SUPERVISED:
            supervise_exam(exam=exam, by=by, at=at)
        _move_draft(case.act, held, by, at)


def _move_draft(act: Act, held: HandOver, by: Actor, at: datetime) -> None:
    report = find_report(act)
    if report and report.state == ReportState.DRAFT and report.author_id == held.giver_id:
        words = _("Taken over at the hand-over of %(name)s") % {"name": held.giver_label}
        take_over_report(report=report, reason=str(words), by=by, at=at)


def _note_each(hand_over: HandOver, kind: str, by: Actor, at: datetime) -> None:
    for act in {case.act_id: case.act for case in hand_over.cases.select_related("act")}.values():
        note(act, kind, subject_type="hand_over", subject_id=hand_over.pk, by=by, at=at)
