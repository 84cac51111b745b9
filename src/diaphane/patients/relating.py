"""Say who stands beside a patient: add, correct, see the paper, end; nothing is erased (R38, R40, R57)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .identities import lock_patient
from .models import RELATED_TRAITS, RelatedPerson, Relationship
from .qualities import OF_THE_PATIENT, PAPERS_OF, Quality
from .related_queries import list_namesakes, list_related_persons, list_relationships_of


@dataclass(frozen=True)
class Bond:
    """In which quality, from when to when; from today when nothing else is said."""

    quality: str
    starts_on: date | None = None
    ends_on: date | None = None


class KnownPersonError(ConflictError):
    """Somebody with the same names is known here: a person says whether it is the same one."""

    def __init__(self, known: list[RelatedPerson]) -> None:
        super().__init__(_("Somebody with these names is known here already: is it the same person?"))
        self.known = known


def add_relationship(
    *, patient_id: UUID, person: RelatedPerson, bond: Bond, is_distinct: bool, by: Actor, at: datetime
) -> Relationship:
    """Write who stands for a patient; with the same names as somebody known here, a person tells them apart.

    Raises:
        KnownPersonError: the same names are known here, and ``is_distinct`` is not said.
        django.core.exceptions.ValidationError: a trait or a date is not valid.
        NotAllowedError, Patient.DoesNotExist, ConflictError: see ``link_person``.
    """
    _require_right(by)
    person.created_at = at
    person.full_clean()
    with transaction.atomic():
        lock_patient(patient_id, by=by)
        known = list_namesakes(person, actor=by)
        if known and not is_distinct:
            raise KnownPersonError(known)
        person.save(force_insert=True)
        return link_person(patient_id=patient_id, person_id=person.pk, bond=bond, is_new=True, by=by, at=at)


def link_person(
    *, patient_id: UUID, person_id: UUID, bond: Bond, is_new: bool = False, by: Actor, at: datetime
) -> Relationship:
    """Let somebody known here stand for one more patient, or in one more quality: a mother of two.

    Raises:
        NotAllowedError: another role.
        Patient.DoesNotExist, RelatedPerson.DoesNotExist: unknown at the actor's site.
        ConflictError: no such quality, a parent of somebody of age, or written already.
        django.core.exceptions.ValidationError: it would end before it begins.
    """
    _require_right(by)
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        people = RelatedPerson.objects if is_new else list_related_persons(by)
        relationship = Relationship(
            patient=patient,
            person=people.get(pk=person_id),
            quality=bond.quality,
            starts_on=bond.starts_on or localdate(at),
            ends_on=bond.ends_on,
            added_at=at,
            added_by_id=by.id,
            added_by_label=by.label,
            structure_label=by.structure_label,
        )
        _check(relationship, on=localdate(at))
        relationship.save(force_insert=True)
        _trace("added", relationship, by, at, quality=bond.quality)
    return relationship


def correct_person(*, relationship_id: UUID, traits: RelatedPerson, by: Actor, at: datetime) -> RelatedPerson:
    """Write how somebody is called and reached now, for each patient for whom they stand; keep what was.

    Raises:
        NotAllowedError: another role.
        Relationship.DoesNotExist: unknown at the actor's site.
        ConflictError: nothing changes.
        django.core.exceptions.ValidationError: a trait is not valid.
    """
    _require_right(by)
    with transaction.atomic():
        relationship = _lock(relationship_id, by)
        person = RelatedPerson.objects.select_for_update().get(pk=relationship.person_id)
        before = {name: getattr(person, name) for name in RELATED_TRAITS}
        changed = {name: old for name, old in before.items() if getattr(traits, name) != old}
        if not changed:
            raise ConflictError(_("Nothing changes."))
        for name in changed:
            setattr(person, name, getattr(traits, name))
        person.full_clean()
        person.former = [*person.former, {"at": at.isoformat(), "by": by.label, "values": changed}]
        person.save()
        _trace("corrected", relationship, by, at)
    return person


def see_paper(*, relationship_id: UUID, paper: str, by: Actor, at: datetime) -> Relationship:
    """Record that a named person has seen what proves a quality; what the law gives then counts.

    Raises:
        NotAllowedError, Relationship.DoesNotExist: as above.
        ConflictError: this paper does not prove this quality, or the bond is over.
    """
    _require_right(by)
    with transaction.atomic():
        relationship = _lock(relationship_id, by)
        _refuse_ended(relationship)
        if paper not in PAPERS_OF[Quality(relationship.quality)]:
            raise ConflictError(_("Choose the paper that proves this quality."))
        relationship.paper = paper
        relationship.paper_seen_at = at
        relationship.paper_seen_by_id, relationship.paper_seen_by_label = by.id, by.label
        relationship.save()
        _trace("paper_seen", relationship, by, at, paper=paper)
    return relationship


def end_relationship(*, relationship_id: UUID, reason: str, by: Actor, at: datetime) -> Relationship:
    """End a bond, with the reason; a patient ends what they have given themselves, at any moment.

    Raises:
        NotAllowedError: another role, or a patient ends what a birth or a court has made.
        Relationship.DoesNotExist: unknown at the actor's site, or another patient's.
        GuardError: no reason is given.
        ConflictError: it is over already.
    """
    if not may(by, "relationship.own"):
        _require_right(by)
    if not reason.strip():
        what = Missing("R57", _("Why it ends"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        relationship = _lock(relationship_id, by)
        if by.patient_id is not None and relationship.quality not in OF_THE_PATIENT:
            raise NotAllowedError(_("A birth or a court has given this quality: the hospital ends it."))
        _refuse_ended(relationship)
        relationship.ended_at, relationship.ended_reason = at, reason.strip()
        relationship.ended_by_id, relationship.ended_by_label = by.id, by.label
        relationship.save()
        _trace("ended", relationship, by, at)
    return relationship


def _check(relationship: Relationship, *, on: date) -> None:
    patient, quality = relationship.patient, relationship.quality
    if quality not in Quality.values:
        raise ConflictError(_("Choose in which quality."))
    if relationship.ends_on is not None and relationship.ends_on < relationship.starts_on:
        raise ValidationError({"ends_on": _("It ends before it begins.")})
    if quality == Quality.PARENT and not patient.is_minor_on(on):
        raise ConflictError(_("This patient is of age: no parent answers for them."))
    standing = patient.relationships.filter(person=relationship.person, quality=quality, ended_at=None)
    if standing.exists():
        raise ConflictError(_("This person is written in this quality already."))


def _lock(relationship_id: UUID, by: Actor) -> Relationship:
    found = list_relationships_of(by).select_for_update(of=("self",))
    return found.select_related("patient", "person").get(pk=relationship_id)


def _refuse_ended(relationship: Relationship) -> None:
    if relationship.ended_at is not None:
        raise ConflictError(_("This is over already."))


def _require_right(by: Actor) -> None:
    if not may(by, "relationship.keep"):
        raise NotAllowedError(_("The site that knows the patient writes who stands for them."))


def _trace(name: str, relationship: Relationship, by: Actor, at: datetime, **detail: str) -> None:
    subject = Subject("relationship", relationship.pk, patient_id=relationship.patient_id)
    record(f"relationship.{name}", by=by, at=at, subject=subject, detail=detail)
