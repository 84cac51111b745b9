"""Connected services and collectors of traces: tokens of one structure, which end and rotate (R39, R46)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import DiaphaneError, NotAllowedError
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may, reaches

from .machines import Credential
from .models import ServiceToken
from .operations import digest_of, make_token
from .scopes import SCOPES, TRACES

DAYS, MOST_DAYS = 90, 365
RENEWED_BEFORE = timedelta(days=15)
_TOLD_EVERY = timedelta(hours=1)
_RENEWED = (Role.SERVICE.value, Role.COLLECTOR.value)
"""Gateways renew their own."""


@dataclass(frozen=True)
class Machine:
    """What every token of a machine says."""

    label: str
    structure_id: UUID
    role: Role
    scope: str
    id: UUID


def open_service(
    *, label: str, structure_id: UUID, scopes: Collection[str], days: int = DAYS, by: Actor, at: datetime
) -> Credential:
    """Let a service in at one site, and return its first token, which is not shown again.

    Raises:
        NotAllowedError: no administrator of this structure.
        DiaphaneError: no scope, an unknown one, or a token that would last too long.
    """
    _require_issuer(by, structure_id)
    return _open(Machine(label, structure_id, Role.SERVICE, _write_scope(scopes), uuid7()), days, by, at)


def open_collector(
    *, label: str, structure_id: UUID, days: int = DAYS, by: Actor, at: datetime
) -> Credential:
    """Let a collector read the traces of a structure, and return its first token, not shown again (R43).

    Raises:
        NotAllowedError: no administrator of this structure.
        DiaphaneError: a token that would last too long.
    """
    _require_issuer(by, structure_id)
    return _open(Machine(label, structure_id, Role.COLLECTOR, TRACES, uuid7()), days, by, at)


def rotate_service(*, machine_id: UUID, days: int = DAYS, by: Actor, at: datetime) -> Credential:
    """Give a service or a collector its next token, of the same scope.

    What it holds serves until an hour after the next is first used. One that was never used gives way.

    Raises:
        NotAllowedError: no administrator there, or no such service: revoked, unknown, or a gateway.
    """
    with transaction.atomic():
        of_service = ServiceToken.objects.filter(machine_id=machine_id, role__in=_RENEWED)
        held = list(of_service.select_for_update().filter(revoked_at=None).order_by("created_at"))
        _require_issuer(by, held[-1].structure_id if held else None)
        if not held:
            raise NotAllowedError(_("No connected service that still serves has this number."))
        never_used = [each.pk for each in held[1:] if each.first_used_at is None]
        ServiceToken.objects.filter(pk__in=never_used).update(revoked_at=at)
        last = held[-1]
        machine = Machine(last.label, last.structure_id, Role(last.role), last.scope, machine_id)
        given = _give(machine, days=days, at=at)
        record("token.renewed", by=by, at=at, subject=Subject("machine", machine_id))
    return given


def note_out_of_scope(*, action: str, by: Actor, at: datetime) -> None:
    """Write in the trail what a token asked beyond its scope, once an hour: a machine asks again."""
    with transaction.atomic():
        if not count_entries("token.out_of_scope", subject_id=by.id, since=at - _TOLD_EVERY):
            subject = Subject("machine", by.id)
            record("token.out_of_scope", by=by, at=at, subject=subject, detail={"action": action})


def _require_issuer(by: Actor, structure_id: UUID | None) -> None:
    """Let an administrator act on their own structure, and who runs the platform on all (R41)."""
    if not may(by, "machine.admit") or not (structure_id is None or reaches(by, structure_id)):
        raise NotAllowedError(_("Only an administrator lets a service in, or renews its token."))


def _write_scope(scopes: Collection[str]) -> str:
    if not scopes or not set(scopes) <= SCOPES.keys():
        known = ", ".join(SCOPES)
        raise DiaphaneError(_("Say what the service is for, among: %(scopes)s.") % {"scopes": known})
    return " ".join(word for word in SCOPES if word in scopes)


def _open(machine: Machine, days: int, by: Actor, at: datetime) -> Credential:
    with transaction.atomic():
        given = _give(machine, days=days, at=at)
        detail = {"scope": machine.scope}
        record("service.opened", by=by, at=at, subject=Subject("machine", machine.id), detail=detail)
    return given


def _give(machine: Machine, *, days: int, at: datetime) -> Credential:
    if not 1 <= days <= MOST_DAYS:
        raise DiaphaneError(_("A token lasts from one day to one year."))
    token, expires_at = make_token(), at + timedelta(days=days)
    ServiceToken.objects.create(
        label=machine.label,
        role=machine.role.value,
        structure_id=machine.structure_id,
        machine_id=machine.id,
        scope=machine.scope,
        digest=digest_of(token),
        expires_at=expires_at,
    )
    return Credential(token, expires_at=expires_at, renew_at=max(at, expires_at - RENEWED_BEFORE))
