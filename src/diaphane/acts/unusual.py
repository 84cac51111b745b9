"""Find looks that a data protection officer should ask about: for each, why it stands out (R44).

A reason accuses nobody: it is a question. What is counted is the trail's own views and copies. A look that
somebody concluded on is not asked about again; a later one of the same person is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Min, Q
from django.utils.timezone import localtime

from diaphane.audit.models import Entry
from diaphane.audit.queries import list_participants, list_views_since
from diaphane.kernel.actors import PROFESSIONAL_ROLES, Actor
from diaphane.kernel.rights import may
from diaphane.kernel.words import split_name
from diaphane.patients.queries import list_watched

from .look_models import LookReview
from .models import Act, EmergencyAccess, Step

Reason = LookReview.Reason
MANY_IN_A_DAY = 60
LONG_AFTER = timedelta(days=30)
NIGHT = range(0, 5)
_BY_DAY = frozenset({Act.Urgency.DELAYED, Act.Urgency.SCHEDULED})
_Key = tuple[UUID, UUID | None]


@dataclass(frozen=True)
class Unusual:
    """The looks of one person at one exam that stand out, the latest first, and why."""

    entries: tuple[Entry, ...]
    act: Act
    reasons: tuple[LookReview.Reason, ...]

    @property
    def entry(self) -> Entry:
        """Return the latest look."""
        return self.entries[0]


@dataclass(frozen=True)
class _Known:
    """What the looks are weighed against."""

    acts: dict[UUID, Act]
    ended: dict[UUID, datetime]
    closed: dict[UUID, datetime]
    busy: set[tuple[UUID, date]]
    takers: set[_Key]
    watched: set[UUID]


def list_unusual(actor: Actor, *, since: datetime) -> list[Unusual]:
    """List the looks at the exams of the officer's structure that stand out, latest first."""
    if actor.structure_id is None or not may(actor, "trace.review"):
        return []
    theirs = Q(requesting_site_id=actor.structure_id) | Q(reading_structure_id=actor.structure_id)
    views = list(list_views_since(since, roles=PROFESSIONAL_ROLES))
    seen = {each.act_id for each in views}
    acts = {
        each.pk: each
        for each in Act.objects.filter(theirs, pk__in=seen).select_related("patient", "requesting_site")
    }
    looks = [each for each in views if each.act_id in acts]
    return list(_judge(_leave_out_concluded(looks), _learn(acts, looks)))


def _learn(acts: dict[UUID, Act], looks: list[Entry]) -> _Known:
    steps = Step.objects.filter(act__in=acts, machine="exam")
    closed = dict(steps.filter(transition="close").values_list("act", "occurred_at"))
    ended = steps.filter(transition__in=["report", "close"]).values("act").annotate(at=Min("occurred_at"))
    emergencies = EmergencyAccess.objects.filter(act__in=acts).values_list("person_id", "act_id")
    return _Known(
        acts=acts,
        ended={each["act"]: each["at"] for each in ended},
        closed=closed,
        busy=_list_busy(looks),
        takers={*list_participants(acts), *emergencies},
        watched=list_watched(each.patient_id for each in acts.values()),
    )


def _leave_out_concluded(looks: list[Entry]) -> list[Entry]:
    concluded = LookReview.objects.values_list("person_id", "act_id").annotate(Max("until_entry"))
    until = {(person, act): entry for person, act, entry in concluded}
    return [each for each in looks if each.pk > until.get((each.actor_id, each.act_id), 0)]


def _judge(looks: list[Entry], known: _Known) -> Iterator[Unusual]:
    found: dict[_Key, list[Entry]] = defaultdict(list)
    reasons: dict[_Key, dict[LookReview.Reason, None]] = defaultdict(dict)
    for entry in looks:
        why = dict.fromkeys(_list_reasons(entry, known))
        if why:
            found[entry.actor_id, entry.act_id].append(entry)
            reasons[entry.actor_id, entry.act_id].update(why)
    for key, entries in found.items():
        yield Unusual(tuple(entries), known.acts[entries[0].act_id], tuple(reasons[key]))  # type: ignore[index]


def _list_reasons(entry: Entry, known: _Known) -> Iterator[LookReview.Reason]:
    act = known.acts[entry.act_id]  # type: ignore[index]
    at = localtime(entry.occurred_at)
    if act.patient_id in known.watched:
        yield Reason.WATCHED
    if split_name(entry.actor_label) & split_name(act.patient.birth_name, act.patient.used_name):
        yield Reason.NAMESAKE
    if _is_after(entry, known.ended.get(act.pk)) and (entry.actor_id, act.pk) not in known.takers:
        yield Reason.NO_CARE_LINK
    if _is_after(entry, known.closed.get(act.pk), LONG_AFTER):
        yield Reason.LONG_CLOSED
    if at.hour in NIGHT and act.urgency in _BY_DAY:
        yield Reason.AT_NIGHT
    if (entry.actor_id, at.date()) in known.busy:
        yield Reason.MANY


def _is_after(entry: Entry, at: datetime | None, delay: timedelta = timedelta(0)) -> bool:
    return at is not None and entry.occurred_at > at + delay


def _list_busy(looks: Iterable[Entry]) -> set[tuple[UUID, date]]:
    opened: dict[tuple[UUID, date], set[UUID | None]] = defaultdict(set)
    for entry in looks:
        opened[entry.actor_id, localtime(entry.occurred_at).date()].add(entry.act_id)
    return {key for key, acts in opened.items() if len(acts) > MANY_IN_A_DAY}
