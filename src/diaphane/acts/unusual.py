"""Find looks that an administrator should ask about: for each, why it stands out (R44).

A reason accuses nobody: it is a question. What is counted is the trail's own views and copies.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from diaphane.audit.models import Entry
from diaphane.audit.queries import list_views_since
from diaphane.kernel.actors import PROFESSIONAL_ROLES, Actor
from diaphane.kernel.rights import may
from diaphane.kernel.words import fold

from .models import Act, Step

MANY_IN_A_DAY = 60
LONG_AFTER = timedelta(days=30)
NIGHT = range(0, 5)
_BY_DAY = frozenset({Act.Urgency.DELAYED, Act.Urgency.SCHEDULED})
NAMESAKE = _("bears a name of the patient: a relative?")
LONG_CLOSED = _("the exam was closed more than 30 days before")
AT_NIGHT = _("at night, for an exam that was not urgent")
MANY = _("more than 60 exams opened that day by this person")


@dataclass(frozen=True)
class Unusual:
    """One look that stands out, and why."""

    entry: Entry
    act: Act
    reasons: tuple[Promise, ...]


def list_unusual(actor: Actor, *, since: datetime) -> list[Unusual]:
    """List the looks at the exams of the administrator's structure that stand out, latest first."""
    if actor.structure_id is None or not may(actor, "trace.review"):
        return []
    theirs = Q(requesting_site_id=actor.structure_id) | Q(reading_structure_id=actor.structure_id)
    views = list(list_views_since(since, roles=PROFESSIONAL_ROLES))
    seen = {each.act_id for each in views}
    acts = {each.pk: each for each in Act.objects.filter(theirs, pk__in=seen).select_related("patient")}
    looks = [each for each in views if each.act_id in acts]
    return list(_judge(looks, acts))


def _judge(looks: list[Entry], acts: dict[UUID, Act]) -> Iterator[Unusual]:
    closed = dict(
        Step.objects.filter(act__in=acts, machine="exam", transition="close").values_list(
            "act", "occurred_at"
        )
    )
    busy = _list_busy(looks)
    for entry in looks:
        act = acts[entry.act_id]  # type: ignore[index]
        reasons = tuple(_list_reasons(entry, act, closed.get(act.pk), busy))
        if reasons:
            yield Unusual(entry, act, reasons)


def _list_reasons(
    entry: Entry, act: Act, closed_at: datetime | None, busy: set[tuple[UUID, date]]
) -> Iterator[Promise]:
    at = localtime(entry.occurred_at)
    if _list_words(entry.actor_label) & _list_words(act.patient.birth_name, act.patient.used_name):
        yield NAMESAKE
    if closed_at is not None and entry.occurred_at > closed_at + LONG_AFTER:
        yield LONG_CLOSED
    if at.hour in NIGHT and act.urgency in _BY_DAY:
        yield AT_NIGHT
    if (entry.actor_id, at.date()) in busy:
        yield MANY


def _list_busy(looks: Iterable[Entry]) -> set[tuple[UUID, date]]:
    opened: dict[tuple[UUID, date], set[UUID | None]] = defaultdict(set)
    for entry in looks:
        opened[entry.actor_id, localtime(entry.occurred_at).date()].add(entry.act_id)
    return {key for key, acts in opened.items() if len(acts) > MANY_IN_A_DAY}


def _list_words(*names: str) -> set[str]:
    """Return the words of a name that can tell a family: two letters tell none."""
    return {word for name in names for word in fold(name).split() if len(word) > 2}
