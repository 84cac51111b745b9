"""Find patients, starting from who asks (R40, R42)."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.rights import may
from diaphane.organisations.queries import get_structure

from .models import IdentityPair, IdentityProof, PairState, Patient, PatientIdentifier, Watch


def find_issuer(actor: Actor) -> str | None:
    """Return the issuer whose patients the actor may browse; None for who may not (R42)."""
    is_let_in = may(actor, "patient.search") or may(actor, "identity.see")
    if actor.structure_id is None or not is_let_in:
        return None
    return get_structure(actor.structure_id).issuer


def list_patients(actor: Actor) -> QuerySet[Patient]:
    """List the patients registered at the actor's site."""
    issuer = find_issuer(actor)
    if issuer is None:
        return Patient.objects.none()
    known_here = PatientIdentifier.objects.filter(issuer=issuer).values("patient_id")
    return Patient.objects.filter(pk__in=known_here).order_by("birth_name", "first_names")


def list_uncertain_patients(actor: Actor) -> list[Patient]:
    """List the patients of the actor's site who are unidentified or doubtful, latest first."""
    uncertain = Q(is_unidentified=True) | Q(is_doubtful=True)
    return list(list_patients(actor).filter(uncertain).order_by("-created_at"))


def list_latest_patients(actor: Actor, *, most: int) -> list[Patient]:
    """List the patients registered last at the actor's site."""
    return list(list_patients(actor).order_by("-created_at")[:most])


def get_patient(patient_id: UUID, *, actor: Actor) -> Patient:
    """Return a patient of the actor's site.

    Raises:
        Patient.DoesNotExist: unknown here.
    """
    return list_patients(actor).get(pk=patient_id)


def find_insi_proof(patient: Patient) -> IdentityProof | None:
    """Return the last answer of the national service that still counts, with when it came and who asked."""
    return patient.proofs.filter(kind=IdentityProof.Kind.INSI, ended_at=None).order_by("-seen_at").first()


def find_survivor(patient: Patient) -> Patient:
    """Return the identity that stands for a patient now, after whatever merges (R40)."""
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def list_identities(patient_id: UUID) -> list[UUID]:
    """List a patient's identity and those that were merged into it, whatever the number of merges (R40)."""
    found, latest = [patient_id], [patient_id]
    while latest:
        latest = list(Patient.objects.filter(merged_into__in=latest).values_list("pk", flat=True))
        found += latest
    return found


def list_former_identities(patient: Patient) -> list[Patient]:
    """List a patient as they were before each correction, unsaved: what was sent so is theirs."""
    former, traits = [], {name: getattr(patient, name) for name in ("birth_name", "used_name", "first_names")}
    born = patient.birth_date
    for correction in patient.corrections.order_by("-corrected_at"):
        traits |= {name: before for name, before in correction.before.items() if name in traits}
        if "birth_date" in correction.before:
            born = date.fromisoformat(correction.before["birth_date"])
        former.append(Patient(birth_date=born, **traits))
    return former


def find_watch(patient: Patient, *, actor: Actor) -> Watch | None:
    """Return the watch on a patient's record, for those who may set it (R44)."""
    return patient.watches.filter(ended_at=None).first() if may(actor, "patient.watch") else None


def list_watched(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Keep, of these patients, those whose record is under watch, or that of an identity merged into it."""
    wanted = set(patient_ids)
    watches = Watch.objects.filter(ended_at=None).values_list("patient_id", "patient__merged_into_id")
    return wanted & {each for pair in watches for each in pair if each is not None}


def find_doubt(patient: Patient) -> str:
    """Return why a patient's exam must wait, in a sentence: a doubt, or two who claim one INS (R40)."""
    if patient.is_doubtful:
        return _("The identity is doubtful: an identity document lifts the doubt")
    if patient.identity_status == Patient.IdentityStatus.QUALIFIED:
        return ""  # whoever claims this INS elsewhere waits, not its holder
    pairs = IdentityPair.objects.filter(Q(first=patient) | Q(second=patient), state=PairState.PROPOSED)
    if pairs.filter(reasons__contains=[IdentityPair.Reason.SAME_INS]).exists():
        return _("Two identities claim the same INS: compare them in the list of identities")
    return ""


def find_doubt_of(patient_id: UUID) -> str:
    """Return why a patient's exams must wait, as ``find_doubt`` says; for the system's own handlers."""
    return find_doubt(Patient.objects.get(pk=patient_id))


def is_unidentified(patient_id: UUID) -> bool:
    """Say whether nobody can name a patient yet; for the system's own handlers."""
    return Patient.objects.filter(pk=patient_id, is_unidentified=True).exists()


def get_local_identifier(patient: Patient, *, issuer: str) -> str:
    """Return the patient's identifier at an issuer, or an empty string."""
    issued = sorted(patient.identifiers.all(), key=lambda each: each.pk)
    return next((each.value for each in issued if each.issuer == issuer), "")
