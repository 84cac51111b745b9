"""Propose, sign, decline and end conventions: one person of each structure signs (R26)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may

from .documents import KeptDocument, keep_document
from .models import Convention, ConventionSpan, Structure
from .transitions import CONVENTION_TABLE


@dataclass(frozen=True)
class Span:
    """Hours of one day of the week, or of public holidays."""

    day: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Terms:
    """What two structures agree on; no span means every hour."""

    requesting_site_id: UUID
    reading_structure_id: UUID
    reference: str
    valid_from: date
    valid_until: date
    modalities: Sequence[str]
    readers: Sequence[str]
    spans: Sequence[Span] = ()


def propose_convention(*, terms: Terms, document: bytes | None, by: Actor, at: datetime) -> Convention:
    """Write a convention and sign it for one's own structure; it opens nothing before the other has signed.

    Raises:
        NotAllowedError: the actor's structure is no side of it, or the role may not.
        GuardError: dates or scope that cannot be, or a document that cannot be kept.
    """
    sides = {terms.requesting_site_id, terms.reading_structure_id}
    if not may(by, "convention.propose") or by.structure_id not in sides:
        raise NotAllowedError(_("A convention is proposed by one of its two structures."))
    _refuse_terms(terms, timezone.localdate(at))
    new_id = uuid7()
    kept = KeptDocument("", "", "")
    if document:
        kept = keep_document(document, folder="conventions", owner_id=new_id, requirement="R26")
    with transaction.atomic():
        convention = Convention.objects.create(
            id=new_id,
            requesting_site=Structure.objects.get(pk=terms.requesting_site_id),
            reading_structure=Structure.objects.get(pk=terms.reading_structure_id),
            reference=terms.reference,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            modalities=list(terms.modalities),
            readers=list(terms.readers),
            document_key=kept.key,
            document_type=kept.media_type,
            proposed_by_structure_id=by.structure_id,
            proposed_by_label=by.label,
            proposed_at=at,
        )
        ConventionSpan.objects.bulk_create(
            ConventionSpan(convention=convention, day=each.day, opens=each.opens, closes=each.closes)
            for each in terms.spans
        )
        _trace(convention, "propose", by=by, at=at)
    return convention


def accept_convention(*, convention_id: UUID, by: Actor, at: datetime) -> Convention:
    """Sign for the other structure: the convention runs between its dates."""

    def fill(held: Convention) -> None:
        held.accepted_by_label, held.accepted_at = by.label, at

    return _move("accept", convention_id, fill, by=by, at=at)


def decline_convention(*, convention_id: UUID, by: Actor, at: datetime) -> Convention:
    """Decline what the other structure proposes, or withdraw one's own proposal."""
    return _move("decline", convention_id, lambda held: None, by=by, at=at)


def ask_end(
    *, convention_id: UUID, last_day: date | None, reason: str, by: Actor, at: datetime
) -> Convention:
    """Ask to end a convention before its term: it runs until the other structure signs too."""

    def fill(held: Convention) -> None:
        held.end_reason, held.end_wanted_on = reason.strip(), last_day
        held.end_asked_by_structure_id, held.end_asked_by_label = by.structure_id, by.label

    return _move("ask_end", convention_id, fill, by=by, at=at)


def keep_convention(*, convention_id: UUID, by: Actor, at: datetime) -> Convention:
    """Keep a convention whose end was asked for: the request is withdrawn, or declined."""

    def fill(held: Convention) -> None:
        held.end_reason, held.end_wanted_on = "", None
        held.end_asked_by_structure_id, held.end_asked_by_label = None, ""

    return _move("keep", convention_id, fill, by=by, at=at)


def end_convention(*, convention_id: UUID, by: Actor, at: datetime) -> Convention:
    """Sign the end for the other structure; requests already validated go on to their end."""

    def fill(held: Convention) -> None:
        held.ended_by_label, held.ends_on = by.label, held.end_wanted_on

    return _move("end", convention_id, fill, by=by, at=at)


def _move(
    name: str, convention_id: UUID, fill: Callable[[Convention], None], *, by: Actor, at: datetime
) -> Convention:
    """Lock, fill, check and write: what blocks rolls everything back.

    Raises:
        Convention.DoesNotExist: the actor's structure is no side of it.
        GuardError, ConflictError, NotAllowedError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        held = Convention.objects.visible_to(by).select_for_update(of=("self",)).get(pk=convention_id)
        fill(held)
        held.state = CONVENTION_TABLE.check(held, name, by=by).transition.target
        held.save()
        _trace(held, name, by=by, at=at)
    return held


def _refuse_terms(terms: Terms, today: date) -> None:
    gaps = [
        (_("A reference"), "reference", bool(terms.reference.strip())),
        (_("Two different structures"), "partner", terms.requesting_site_id != terms.reading_structure_id),
        (_("A last day after the first"), "valid_until", terms.valid_until >= terms.valid_from),
        (_("A last day that is not past"), "valid_until", terms.valid_until >= today),
        (_("At least one category of exams"), "modalities", bool(terms.modalities)),
        (_("At least one role"), "readers", bool(terms.readers)),
    ]
    missing = [Missing("R26", what, _("You"), field=field) for what, field, holds in gaps if not holds]
    if missing:
        raise GuardError(_("This convention cannot be proposed."), missing)


def _trace(convention: Convention, name: str, *, by: Actor, at: datetime) -> None:
    kind = f"convention.{name}"
    record(kind, by=by, at=at, subject=Subject("convention", convention.pk))
    record_event(kind=kind, subject_type="convention", subject_id=convention.pk, act_id=None, at=at)
