"""Find looks at identities outside any exam, and days of many searches, that should be asked about (R44).

An identity is opened by the site that knows it: its own officer is asked about its own people. A look that
somebody concluded on is not asked about again; a later one of the same person is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.timezone import localtime

from diaphane.audit.models import Entry
from diaphane.audit.queries import list_other_views_since, list_searches_since
from diaphane.kernel.actors import PROFESSIONAL_ROLES, Actor
from diaphane.kernel.rights import may
from diaphane.kernel.words import split_name
from diaphane.organisations.queries import get_structure
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_local_identifier, list_watched

from .other_look_models import OtherLookReview

Reason = OtherLookReview.Reason
MANY_IDENTITIES_IN_A_DAY = 60
MANY_SEARCHES_IN_A_DAY = 200
"""A search counts each time that the words typed pause: some of them make one patient found."""
_Key = tuple[UUID, UUID | None]
_Day = tuple[UUID, date]


@dataclass(frozen=True)
class OtherLooks:
    """What one person did that stands out, the latest first: at one identity, or all their searches."""

    entries: tuple[Entry, ...]
    patient_id: UUID | None
    number: str
    reasons: tuple[OtherLookReview.Reason, ...]

    @property
    def entry(self) -> Entry:
        """Return the latest."""
        return self.entries[0]


def list_other_unusual(actor: Actor, *, since: datetime) -> list[OtherLooks]:
    """List what the people of the officer's structure did outside any exam that stands out, latest first."""
    if actor.structure_id is None or not may(actor, "trace.review"):
        return []
    within = {"since": since, "structure_id": actor.structure_id, "roles": PROFESSIONAL_ROLES}
    views = list(list_other_views_since(**within))  # type: ignore[arg-type]
    searches = list(list_searches_since(**within))  # type: ignore[arg-type]
    found: dict[_Key, dict[Entry, tuple[OtherLookReview.Reason, ...]]] = defaultdict(dict)
    until = _map_concluded()
    for entry, why in (*_judge_views(views), *_judge_searches(searches)):
        key = entry.actor_id, entry.patient_id
        if why and entry.pk > until.get(key, 0):
            found[key][entry] = why
    numbers = _number_patients([patient_id for _person, patient_id in found if patient_id], actor)
    looks = [
        OtherLooks(
            tuple(reasons),
            patient_id,
            numbers.get(patient_id, "") if patient_id else "",
            tuple(dict.fromkeys(each for why in reasons.values() for each in why)),
        )
        for (_person, patient_id), reasons in found.items()
    ]
    return sorted(looks, key=lambda each: -each.entry.pk)


def _judge_views(views: list[Entry]) -> Iterator[tuple[Entry, tuple[OtherLookReview.Reason, ...]]]:
    patients = Patient.objects.in_bulk({each.patient_id for each in views if each.patient_id})
    watched = list_watched(patients)
    opened: dict[_Day, set[UUID | None]] = defaultdict(set)
    for entry in views:
        opened[_day_of(entry)].add(entry.patient_id)
    for entry in views:
        patient = patients.get(entry.patient_id) if entry.patient_id else None
        why = []
        if entry.patient_id in watched:
            why.append(Reason.WATCHED)
        if patient and split_name(entry.actor_label) & split_name(patient.birth_name, patient.used_name):
            why.append(Reason.NAMESAKE)
        if len(opened[_day_of(entry)]) > MANY_IDENTITIES_IN_A_DAY:
            why.append(Reason.MANY_IDENTITIES)
        yield entry, tuple(why)


def _judge_searches(searches: list[Entry]) -> Iterator[tuple[Entry, tuple[OtherLookReview.Reason, ...]]]:
    """Yield the last search of each day of too many: the others say nothing more."""
    counted, told = Counter(_day_of(each) for each in searches), set()
    for entry in searches:
        day = _day_of(entry)
        if counted[day] > MANY_SEARCHES_IN_A_DAY and day not in told:
            told.add(day)
            yield entry, (Reason.MANY_SEARCHES,)


def _day_of(entry: Entry) -> _Day:
    return entry.actor_id, localtime(entry.occurred_at).date()


def _map_concluded() -> dict[_Key, int]:
    concluded = OtherLookReview.objects.order_by().values_list("person_id", "patient_id")
    return {(person, patient): entry for person, patient, entry in concluded.annotate(Max("until_entry"))}


def _number_patients(patient_ids: list[UUID], actor: Actor) -> dict[UUID, str]:
    """Return what the officer's structure calls each patient: no name stands in the list."""
    if actor.structure_id is None:
        return {}
    issuer = get_structure(actor.structure_id).issuer
    found = Patient.objects.filter(pk__in=patient_ids).prefetch_related("identifiers")
    return {each.pk: get_local_identifier(each, issuer=issuer) for each in found}
