"""The roles of a person, with their dates, as their page shows them (R41)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.rights import reaches
from diaphane.organisations.models import Membership


@dataclass(frozen=True)
class PostLine:
    """One role: in words, where, from when to when, and whether the actor may end it."""

    id: int
    role: Promise
    structure: str
    first_day: date | None
    last_day: date | None
    has_begun: bool
    has_ended: bool
    may_end: bool


def describe_posts(posts: Iterable[Membership], *, actor: Actor, at: datetime) -> list[PostLine]:
    """Describe the roles of a person, those that have ended last."""
    lines = [_describe(each, actor, at) for each in posts]
    return sorted(lines, key=lambda each: (each.has_ended, each.id))


def _describe(post: Membership, actor: Actor, at: datetime) -> PostLine:
    has_ended = post.has_ended_at(at)
    return PostLine(
        id=post.pk,
        role=Role(post.role).label,
        structure=post.structure.name,
        first_day=timezone.localdate(post.starts_at) if post.starts_at else None,
        last_day=post.last_day,
        has_begun=post.starts_at is None or post.starts_at <= at,
        has_ended=has_ended,
        may_end=not has_ended and reaches(actor, post.structure_id),
    )
