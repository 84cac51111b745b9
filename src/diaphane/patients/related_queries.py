"""Read who stands beside a patient, from who asks: the site that knows them, or the patient (R42, R57)."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Actor
from diaphane.kernel.rights import may
from diaphane.kernel.words import fold

from .models import RelatedPerson, Relationship
from .qualities import Matter
from .queries import list_patients


def list_relationships_of(actor: Actor) -> QuerySet[Relationship]:
    """List every bond that the actor may write: of the patients of their site, or their own."""
    if may(actor, "relationship.own") and actor.patient_id is not None:
        return Relationship.objects.filter(patient_id=actor.patient_id)
    if not may(actor, "relationship.keep"):
        return Relationship.objects.none()
    return Relationship.objects.filter(patient__in=list_patients(actor).order_by().values("pk"))


def get_relationship(relationship_id: UUID, *, actor: Actor) -> Relationship:
    """Return one bond that the actor may write.

    Raises:
        Relationship.DoesNotExist: unknown at the actor's site, or another patient's.
    """
    return list_relationships_of(actor).select_related("patient", "person").get(pk=relationship_id)


def list_related_persons(actor: Actor) -> QuerySet[RelatedPerson]:
    """List who stands for a patient of the actor's site, once each."""
    bonds = list_relationships_of(actor) if may(actor, "relationship.keep") else Relationship.objects.none()
    return RelatedPerson.objects.filter(pk__in=bonds.order_by().values("person_id"))


def list_namesakes(person: RelatedPerson, *, actor: Actor) -> list[RelatedPerson]:
    """List who is known at the actor's site under the same names, with those for whom they stand."""
    key = fold(f"{person.birth_name} {person.first_names}")
    return list(list_related_persons(actor).filter(name_key=key).order_by("created_at"))


def list_relationships(patient_id: UUID) -> list[Relationship]:
    """List every bond of a patient, those that are over last; once the page has opened the patient."""
    found = Relationship.objects.filter(patient_id=patient_id).select_related("patient", "person")
    return sorted(found.prefetch_related("grants"), key=lambda each: each.ended_at is not None)


def list_standing(patient_id: UUID, *, on: date) -> list[Relationship]:
    """List who stands for a patient on a day; once the page has opened the patient or their exam."""
    return [each for each in list_relationships(patient_id) if each.is_in_force(on=on)]


def list_answering(patient_id: UUID, *, on: date) -> list[Relationship]:
    """List who answers a consent for a patient on a day (R57)."""
    return [each for each in list_standing(patient_id, on=on) if each.answers(on=on)]


def list_allowed_to(matter: Matter, *, patient_id: UUID, on: date) -> list[Relationship]:
    """List who is allowed one matter on a day: by law, or by the patient's grant."""
    return [each for each in list_standing(patient_id, on=on) if matter in each.list_allowed(on=on)]
