"""Find who may be the same person, and propose both to be compared by a person (R40)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor

from .likeness import list_reasons
from .models import IdentityPair, PairState, Patient, PatientIdentifier
from .queries import find_issuer
from .searching import list_candidates


def propose_doubles(*, patient: Patient, issuer: str, by: Actor, at: datetime) -> list[IdentityPair]:
    """Propose every identity of the issuer that may be this one; call it in the transaction of the change."""
    found = [(other, list_reasons(patient, other)) for other in list_candidates(patient, issuer=issuer)]
    return [propose_pair(one=patient, other=other, reasons=why, by=by, at=at) for other, why in found if why]


def list_look_alikes(patient: Patient, *, issuer: str) -> list[Patient]:
    """List the patients of an issuer with the same birth name, first given name and birth date."""
    same = IdentityPair.Reason.SAME_TRAITS
    return [each for each in list_candidates(patient, issuer=issuer) if same in list_reasons(patient, each)]


def propose_pair(
    *,
    one: Patient,
    other: Patient,
    reasons: Sequence[str],
    by: Actor,
    at: datetime,
    claimed_ins: str = "",
) -> IdentityPair:
    """Bring two identities together to be compared; a pair that a person has judged stays as it is."""
    first, second = sorted((one, other), key=lambda each: each.pk)
    pair, is_new = IdentityPair.objects.get_or_create(
        first=first,
        second=second,
        defaults={"reasons": list(reasons), "claimed_ins": claimed_ins, "created_at": at},
    )
    if is_new:
        subject = Subject("identity_pair", pair.pk, patient_id=one.pk)
        record("identity_pair.proposed", by=by, at=at, subject=subject)
        _mark_homonyms(pair)
    return pair


def list_pairs(actor: Actor) -> QuerySet[IdentityPair]:
    """List the pairs of which the actor's site knows one identity, or did before a merge (R42)."""
    issuer = find_issuer(actor)
    if issuer is None:
        return IdentityPair.objects.none()
    here = PatientIdentifier.objects.filter(issuer=issuer).values("patient_id")
    known = Q(first__in=here) | Q(second__in=here)
    merged = Q(first__merged_into__in=here) | Q(second__merged_into__in=here)
    pairs = IdentityPair.objects.filter(known | merged)
    return pairs.select_related("first", "second", "survivor").order_by("-created_at")


def list_pairs_to_see(actor: Actor) -> list[IdentityPair]:
    """List what waits for a person: pairs to compare, collisions first, then merges to be reviewed."""
    waiting = list_pairs(actor).filter(state__in=[PairState.PROPOSED, PairState.MERGED])
    return sorted(waiting, key=lambda each: (not each.is_collision, each.state != PairState.PROPOSED))


def is_known_here(patient: Patient, *, actor: Actor) -> bool:
    """Say whether the actor's site knows an identity: another site's traits are not shown (R42)."""
    issuer = find_issuer(actor)
    return issuer is not None and patient.identifiers.filter(issuer=issuer).exists()


def _mark_homonyms(pair: IdentityPair) -> None:
    if IdentityPair.Reason.SAME_TRAITS not in pair.reasons:
        return
    for patient in pair.patients:
        patient.is_homonym = True
        patient.save(update_fields=["is_homonym"])
