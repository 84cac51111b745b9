"""Find patients, starting from who asks (R40, R42)."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.kernel.actors import Actor
from diaphane.kernel.rights import may
from diaphane.kernel.words import fold
from diaphane.organisations.queries import get_structure

from .models import Patient


def _names(patient: Patient) -> tuple[str, str]:
    return fold(patient.birth_name), fold(patient.first_names.split(" ")[0])


def _fits(word: str) -> Q:
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", word):
        day, month, year = word.split("/")
        return Q(birth_date__day=day, birth_date__month=month, birth_date__year=year)
    if word[0].isdigit():
        return Q(ins__istartswith=word)
    folded = fold(word)
    return Q(search_key__contains=f" {folded}") if folded else Q()


def list_patients(actor: Actor, *, words: str = "") -> QuerySet[Patient]:
    """List the patients registered at the actor's site that every word fits.

    A word fits by the start of a name or of a given name, by a birth date (17/03/1954), or by an INS.
    """
    if actor.structure_id is None or not may(actor, "patient.search"):
        return Patient.objects.none()
    issuer = get_structure(actor.structure_id).issuer
    found = Patient.objects.filter(identifiers__issuer=issuer).distinct()
    joined = "".join(words.split()).upper()
    for word in [joined] if len(joined) >= 13 and joined[:5].isdigit() else words.split():
        found = found.filter(_fits(word))
    return found.order_by("birth_name", "first_names")


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
