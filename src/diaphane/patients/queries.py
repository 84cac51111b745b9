"""Find patients, starting from who asks (R40, R42)."""

from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.queries import get_structure

from .models import Patient

_REGISTRARS = frozenset({Role.REQUESTING_PHYSICIAN, Role.TECHNOLOGIST})


def list_patients(actor: Actor, *, words: str = "") -> QuerySet[Patient]:
    """List the patients registered at the actor's site, those whose name starts like the words."""
    if actor.structure_id is None or actor.role not in _REGISTRARS:
        return Patient.objects.none()
    issuer = get_structure(actor.structure_id).issuer
    found = Patient.objects.filter(identifiers__issuer=issuer).distinct()
    for word in words.split():
        found = found.filter(
            Q(birth_name__istartswith=word)
            | Q(used_name__istartswith=word)
            | Q(first_names__istartswith=word)
        )
    return found.order_by("birth_name", "first_names")


def get_patient(patient_id: UUID, *, actor: Actor) -> Patient:
    """Return a patient of the actor's site.

    Raises:
        Patient.DoesNotExist: unknown here.
    """
    return list_patients(actor).get(pk=patient_id)


def list_look_alikes(patient: Patient, *, issuer: str) -> QuerySet[Patient]:
    """List the patients of an issuer with the same birth name, first given name and birth date."""
    return Patient.objects.filter(
        identifiers__issuer=issuer,
        birth_name__iexact=patient.birth_name,
        first_names__istartswith=patient.first_names.split(" ")[0],
        birth_date=patient.birth_date,
    ).distinct()


def get_local_identifier(patient: Patient, *, issuer: str) -> str:
    """Return the patient's identifier at an issuer, or an empty string."""
    found = patient.identifiers.filter(issuer=issuer).first()
    return found.value if found else ""
