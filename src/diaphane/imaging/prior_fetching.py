"""Ask a site's archive for the earlier studies of a patient, and put those that come beside the exam."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.patients.models import Patient

from .headers import StudyIdentity
from .matching import is_identified_patient
from .models import Prior, PriorSearch, Study
from .prior_searches import PriorSearchState
from .quarantining import list_doubted_ids
from .relevance import EarlierStudy, choose_relevant
from .relevant_studies import describe_study

ASKED_FOR = timedelta(hours=24)
"""How long an archive that does not answer is asked again."""
_OPEN = (PriorSearchState.ASKED, PriorSearchState.FETCHING, PriorSearchState.FAILED)


def ask_for_priors(*, act: Act, at: datetime) -> None:
    """Open the search of an act, once, and put beside it what the platform holds of the patient already."""
    with transaction.atomic():
        search, is_new = PriorSearch.objects.get_or_create(
            act=act, defaults={"asked_at": at, "changed_at": at}
        )
        if is_new:
            note(act, "priors.asked", subject_type="prior_search", subject_id=search.pk, by=SYSTEM, at=at)
            held = {each.study_instance_uid: each for each in _list_own_studies(act)}
            doubted = list_doubted_ids(study.pk for study in held.values())
            for each in _choose(
                act, [describe_study(study) for study in held.values() if study.pk not in doubted], at
            ):
                study = held[each.study_instance_uid]
                put_beside(study, act, reason=_("An earlier exam of this patient here"), by=SYSTEM, at=at)


def list_open_searches(actor: Actor, *, at: datetime) -> QuerySet[PriorSearch]:
    """List what the archive of the gateway's site is still asked, oldest first."""
    searches = PriorSearch.objects.visible_to(actor)
    return searches.filter(state__in=_OPEN, asked_at__gte=at - ASKED_FOR).order_by("asked_at")


def get_search(search_id: UUID, *, actor: Actor) -> PriorSearch:
    """Return one search of the gateway's site.

    Raises:
        PriorSearch.DoesNotExist: unknown, or another site's.
    """
    return PriorSearch.objects.visible_to(actor).get(pk=search_id)


def find_search(act: Act) -> PriorSearch | None:
    """Return the search of an act, or None when its request is not validated."""
    return PriorSearch.objects.filter(act=act).first()


def record_candidates(
    *, search: PriorSearch, studies: Sequence[EarlierStudy], by: Actor, at: datetime
) -> list[str]:
    """Keep what the archive holds of the patient, and return the identifiers of the studies to fetch."""
    act = search.act
    own = {each.study_instance_uid for each in _list_own_studies(act)} | {act.study_instance_uid}
    elsewhere = [each for each in studies if each.study_instance_uid not in own]
    chosen = [each.study_instance_uid for each in _choose(act, elsewhere, at)]
    with transaction.atomic():
        search.state, search.changed_at = PriorSearchState.FETCHING, at
        search.candidates, search.chosen = [asdict(each) for each in studies], chosen
        search.save(update_fields=["state", "changed_at", "candidates", "chosen"])
        note(act, "priors.found", subject_type="prior_search", subject_id=search.pk, by=by, at=at)
        for study in _list_fetched(act, chosen):
            put_fetched_beside(study, act, by=by, at=at)
    return chosen


def end_search(
    *, search: PriorSearch, state: PriorSearchState, reason: str, missing: int, by: Actor, at: datetime
) -> None:
    """Keep how a search ended, or why it must be tried again."""
    with transaction.atomic():
        is_news = (search.state, search.last_error) != (state, reason)
        search.state, search.last_error, search.missing = state, reason, missing
        search.changed_at = at
        search.save(update_fields=["state", "last_error", "missing", "changed_at"])
        if is_news:
            kind = f"priors.{state.value}"
            note(search.act, kind, subject_type="prior_search", subject_id=search.pk, by=by, at=at)


def list_searches_for(study_instance_uid: str, *, site_id: UUID) -> list[PriorSearch]:
    """List the searches of a site that chose a study."""
    searches = PriorSearch.objects.filter(
        act__requesting_site_id=site_id, chosen__contains=[study_instance_uid]
    )
    return list(searches.select_related("act__patient").order_by("asked_at"))


def is_for(search: PriorSearch, identity: StudyIdentity) -> bool:
    """Say whether images are of the patient of a search: the archive's word is not enough (R40)."""
    issuers = {each["study_instance_uid"]: each["patient_issuer"] for each in search.candidates}
    issuer = issuers.get(identity.study_instance_uid, "")
    return is_identified_patient(identity, search.act.patient, usual_issuer=issuer)


def put_beside(study: Study, act: Act, *, reason: str, by: Actor, at: datetime) -> None:
    """Show a study beside an act's own images; twice is once, and what a person took away stays away."""
    if Prior.objects.filter(act=act, study=study).exists():
        return
    Prior.objects.create(
        act=act, study=study, added_at=at, added_by_id=by.id, added_by_label=by.label, reason=reason
    )
    note(act, "images.prior_attached", subject_type="study", subject_id=study.pk, by=by, at=at)


def put_fetched_beside(study: Study, act: Act, *, by: Actor, at: datetime) -> None:
    """Show a study that came from the archive beside an act that expects it."""
    put_beside(study, act, reason=_("Fetched from the site’s archive"), by=by, at=at)


def list_identifiers(patient: Patient, *, issuer: str) -> list[tuple[str, str]]:
    """List the identifiers by which a site's archive may know a patient, each with its issuer.

    The INS only of a qualified identity; the identifiers of other sites are not this one's to know.
    """
    found = list(patient.identifiers.filter(issuer=issuer).values_list("value", "issuer"))
    if patient.ins and patient.identity_status == Patient.IdentityStatus.QUALIFIED:
        found.append((patient.ins, "ASIP-SANTE-INS-NIR"))
    return found


def _choose(act: Act, studies: Sequence[EarlierStudy], at: datetime) -> list[EarlierStudy]:
    exam = act.request.exam
    return choose_relevant(studies, exam, on=at.date()) if exam else []


def _list_own_studies(act: Act) -> list[Study]:
    """List the studies that the platform holds of other exams of the patient at the same site."""
    others = Q(act__patient=act.patient_id, act__requesting_site=act.requesting_site_id) & ~Q(act=act.pk)
    return list(Study.objects.filter(others).prefetch_related("series"))


def _list_fetched(act: Act, study_instance_uids: Sequence[str]) -> list[Study]:
    """List the studies that came already, from the archive, for another exam of the patient."""
    studies = Study.objects.filter(
        study_instance_uid__in=study_instance_uids, act=None, site_id=act.requesting_site_id
    )
    return list(studies.filter(prior_of__act__patient=act.patient_id, prior_of__ended_at=None).distinct())
