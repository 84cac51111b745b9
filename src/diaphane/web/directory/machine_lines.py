"""Each machine of a ground in one line, whatever tokens it has had (R39, R46)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.accounts.models import ServiceToken
from diaphane.accounts.queries import list_tokens_of
from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.queries import list_grounds

from .machine_forms import SCOPE_WORDS


@dataclass(frozen=True)
class Standing:
    """How a machine stands, in one badge."""

    label: Promise
    tone: str
    icon: str


_SERVES = Standing(_("In service"), "good", "check")
_UNUSED = Standing(_("Never used yet"), "note", "clock")
_OVER = Standing(_("Its token is over"), "stop", "calendar-time")
_SHUT = Standing(pgettext_lazy("machine", "Shut out"), "plain", "ban")


@dataclass(frozen=True)
class MachineLine:
    """One machine: who it is, where, what it may do, its last token, its last use."""

    id: UUID
    label: str
    role: Role
    structure: str
    scope: list[str | Promise]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    standing: Standing

    @property
    def is_open(self) -> bool:
        """Say whether it can still be shut out."""
        return self.standing is not _SHUT

    @property
    def is_renewed_here(self) -> bool:
        """Say whether a person renews its token; a gateway renews its own."""
        return self.is_open and self.role is not Role.EDGE


def list_lines(actor: Actor, *, at: datetime) -> list[MachineLine]:
    """List the machines of the actor's ground, those that are shut out last."""
    names = {each.pk: each.name for each in list_grounds(actor)}
    tokens = list_tokens_of(names.keys())
    lines = [
        _describe(list(held), names, at)
        for _machine, held in groupby(tokens, key=lambda each: each.machine_id)
    ]
    return sorted(lines, key=lambda each: (not each.is_open, each.structure, each.label))


def find_line(machine_id: UUID, *, actor: Actor, at: datetime) -> MachineLine:
    """Return a machine of the actor's ground.

    Raises:
        ObjectDoesNotExist: unknown, or of another structure.
    """
    for each in list_lines(actor, at=at):
        if each.id == machine_id:
            return each
    raise ObjectDoesNotExist


def _describe(tokens: Sequence[ServiceToken], names: dict[UUID, str], at: datetime) -> MachineLine:
    last = tokens[-1]
    uses = [each.last_used_at for each in tokens if each.last_used_at]
    return MachineLine(
        id=last.machine_id,
        label=last.label,
        role=Role(last.role),
        structure=names[last.structure_id],
        scope=[SCOPE_WORDS.get(word, word) for word in last.scope.split()],
        created_at=tokens[0].created_at,
        expires_at=last.expires_at,
        last_used_at=max(uses, default=None),
        standing=_weigh(tokens, at, bool(uses)),
    )


def _weigh(tokens: Sequence[ServiceToken], at: datetime, is_used: bool) -> Standing:
    standing = [each for each in tokens if each.revoked_at is None]
    if not standing:
        return _SHUT
    if all(each.expires_at is not None and each.expires_at <= at for each in standing):
        return _OVER
    return _SERVES if is_used else _UNUSED
