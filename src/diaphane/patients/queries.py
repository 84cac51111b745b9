"""Find patients, starting from who asks (R40, R42)."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.words import fold
from diaphane.organisations.queries import get_structure

from .models import Patient, PatientIdentifier

_REGISTRARS = frozenset({Role.REQUESTING_PHYSICIAN, Role.TECHNOLOGIST, Role.ADMINISTRATOR})


def _names(patient: Patient) -> tuple[str, str]:
    return fold(patient.birth_name), fold(patient.first_names.split(" ")[0])


def find_issuer(actor: Actor) -> str | None:
    """Return the issuer whose patients the actor may browse, or None: registrars of a site only (R42)."""
    if actor.structure_id is None or actor.role not in _REGISTRARS:
        return None
    return get_structure(actor.structure_id).issuer


def list_patients(actor: Actor) -> QuerySet[Patient]:
    """List the patients registered at the actor's site."""
    issuer = find_issuer(actor)
    if issuer is None:
        return Patient.objects.none()
    known_here = PatientIdentifier.objects.filter(issuer=issuer).values("patient_id")
    return Patient.objects.filter(pk__in=known_here).order_by("birth_name", "first_names")


def list_latest_patients(actor: Actor, *, most: int) -> list[Patient]:
    """List the patients registered last at the actor's site."""
    return list(list_patients(actor).order_by("-created_at")[:most])


def get_patient(patient_id: UUID, *, actor: Actor) -> Patient:
    """Return a patient of the actor's site.

    Raises:
        Patient.DoesNotExist: unknown here.
    """
    return list_patients(actor).get(pk=patient_id)


def list_look_alikes(patient: Patient, *, issuer: str) -> list[Patient]:
    """List the patients of an issuer with the same birth name, first given name and birth date."""
    born_that_day = Patient.objects.filter(identifiers__issuer=issuer, birth_date=patient.birth_date)
    return [each for each in born_that_day.distinct() if _names(each) == _names(patient)]


def is_ins_known(ins: str, *, oid: str) -> bool:
    """Say whether some patient has this INS, at any site: one INS is one person."""
    return Patient.objects.filter(ins=ins, ins_oid=oid).exists()


def get_local_identifier(patient: Patient, *, issuer: str) -> str:
    """Return the patient's identifier at an issuer, or an empty string."""
    found = (each.value for each in patient.identifiers.all() if each.issuer == issuer)
    return next(found, "")
