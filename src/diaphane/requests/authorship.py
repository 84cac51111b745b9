"""Whose request it is: the prescriber whose words a secretary types, and the senior of an intern (R64)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.organisations.models import Membership
from diaphane.organisations.physicians import list_physicians, list_seniors

from .authorship_guards import SUPERVISED
from .models import ExamRequest, RequestState


def name_prescriber(
    *, request: ExamRequest, person_id: UUID | None, origin: str, by: Actor, at: datetime
) -> ExamRequest:
    """Say in whose name a secretary types, and from what: the prescriber is the author, never the secretary.

    Raises:
        NotAllowedError: no secretary, or a request that a physician began.
        ConflictError: it is no longer a draft.
        GuardError: nobody who prescribes at this site, or no origin.
    """
    if not may(by, "request.transcribe"):
        raise NotAllowedError(_("Only a medical secretary types a request in the name of a prescriber."))
    with transaction.atomic():
        held = _lock_draft(request)
        if held.transcriber_id is None:
            raise NotAllowedError(_("A physician began this request: it is theirs to write."))
        prescriber = _find(list_physicians(held.act.requesting_site_id), person_id)
        if prescriber is None or origin not in {ExamRequest.Origin.PAPER, ExamRequest.Origin.PHONE}:
            raise _refuse("prescriber", _("The prescriber, and whether they wrote or telephoned"))
        held.author_id, held.author_label = prescriber.user_id, prescriber.user.name
        held.transcriber_id, held.transcriber_label, held.origin = by.id, by.label, origin
        held.save(
            update_fields=["author_id", "author_label", "transcriber_id", "transcriber_label", "origin"]
        )
        kind = "request.prescriber_named"
        note(held.act, kind, subject_type="request", subject_id=held.pk, by=by, at=at)
    return held


def name_supervisor(*, request: ExamRequest, person_id: UUID | None, by: Actor, at: datetime) -> ExamRequest:
    """Name the senior who supervises the intern whose request it is; shown to the imageur.

    Raises:
        NotAllowedError: their role writes no request.
        ConflictError: it was sent, and no supervisor is owed.
        GuardError: nobody who supervises at this site, or the author.
    """
    if not may(by, "request.write"):
        raise NotAllowedError(_("Your role writes no request."))
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        is_owed = list_open_duties(held.act).filter(guard=SUPERVISED.code).exists()
        if held.state != RequestState.DRAFT and not is_owed:
            raise ConflictError(_("This request was already sent: it can no longer be changed."))
        senior = _find(list_seniors(held.act.requesting_site_id), person_id)
        if senior is None or senior.user_id == held.author_id:
            raise _refuse("supervisor", _("The senior physician who supervises"))
        held.supervisor_id, held.supervisor_label = senior.user_id, senior.user.name
        held.save(update_fields=["supervisor_id", "supervisor_label"])
        kind = "request.supervisor_named"
        note(held.act, kind, subject_type="request", subject_id=held.pk, by=by, at=at)
        settle_duties(held.act, SUPERVISED.code, by=by, at=at)
    return held


def _lock_draft(request: ExamRequest) -> ExamRequest:
    held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if held.state != RequestState.DRAFT:
        raise ConflictError(_("This request was already sent: it can no longer be changed."))
    return held


def _find(people: list[Membership], person_id: UUID | None) -> Membership | None:
    return next((each for each in people if each.user_id == person_id), None)


def _refuse(field: str, what: object) -> GuardError:
    missing = Missing("R64", what, _("You"), field=field)  # type: ignore[arg-type]
    return GuardError(_("Somebody is still to be named."), [missing])
