"""Let a site's gateway in: a one-time code becomes a token, and tokens follow one another (R39).

Nothing is lost when a gateway dies at any moment of this: the token it holds ends only some time after the
next one was first *used*, and a next one that never was gives way to another.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import DiaphaneError, NotAllowedError
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may, reaches

from .models import EnrolmentCode, ServiceToken
from .operations import TooManyTriesError, digest_of, make_token
from .queries import find_token
from .scopes import GATEWAY

CODE_LASTS = timedelta(hours=24)
TOKEN_LASTS = timedelta(days=30)
RENEWED_AFTER = timedelta(days=20)
GRACE = timedelta(hours=1)
"""How long a token still serves after its successor was first used: what is on its way arrives."""
LARGEST_WRONG_CODES = 20
WRONG_CODES_WITHIN = timedelta(minutes=5)
REFUSALS_TOLD_EVERY = USE_TOLD_EVERY = timedelta(hours=1)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none is taken for another."""
_GROUPS, _GROUP = 4, 5
_ALIKE = str.maketrans("OIL", "011")
_NOBODY = UUID(int=0)
_CODE_REFUSALS = {
    "wrong": _("This code is not known: check it, or ask for another."),
    "used": _("This code was already used: it serves once. Ask for another."),
    "expired": _("This code is over: it lasts one day. Ask for another."),
}


@dataclass(frozen=True)
class Credential:
    """A token as it is given, once; when it ends, and from when its machine should ask for the next."""

    token: str
    expires_at: datetime
    renew_at: datetime


def issue_enrolment_code(*, label: str, structure_id: UUID, by: Actor, at: datetime) -> str:
    """Make a code for a site's gateway and return it; only its digest is kept.

    Raises:
        NotAllowedError: no administrator of this structure.
    """
    _require_issuer(by, structure_id)
    code = "-".join("".join(secrets.choice(_LETTERS) for _n in range(_GROUP)) for _g in range(_GROUPS))
    with transaction.atomic():
        kept = EnrolmentCode.objects.create(
            label=label,
            structure_id=structure_id,
            digest=digest_of(_plain(code)),
            created_at=at,
            expires_at=at + CODE_LASTS,
        )
        record("enrolment.issued", by=by, at=at, subject=Subject("enrolment", kept.pk))
    return code


def enrol_machine(*, code: str, at: datetime) -> Credential:
    """Exchange a code for a gateway's first token.

    Raises:
        NotAllowedError: the code is wrong, was used, or is over; the message says which.
        TooManyTriesError: too many wrong codes lately; a right one is still taken.
    """
    good = EnrolmentCode.objects.filter(digest=digest_of(_plain(code)), used_at=None, expires_at__gt=at)
    with transaction.atomic():
        kept = good.select_for_update().first()
        if kept is not None:
            return _enrol(kept, at)
    raise _refuse_code(code, at)


def renew_token(*, by: Actor, at: datetime) -> Credential:
    """Give a gateway its next token; the one it uses goes on until that one was used.

    Raises:
        NotAllowedError: not a gateway, or revoked meanwhile.
    """
    with transaction.atomic():
        held = list(ServiceToken.objects.select_for_update().filter(machine_id=by.id, revoked_at=None))
        if not may(by, "gateway.credentials") or not held:
            raise NotAllowedError(_("Only a gateway that is enrolled renews its token."))
        never_used = [each.pk for each in held if each.first_used_at is None]
        ServiceToken.objects.filter(pk__in=never_used).update(revoked_at=at)
        credential = _give_token(held[0].label, held[0].structure_id, machine_id=by.id, at=at)
        record("token.renewed", by=by, at=at, subject=Subject("machine", by.id))
    return credential


def revoke_machine(*, machine_id: UUID, by: Actor, at: datetime) -> int:
    """Refuse a machine from now on, and return how many tokens it loses.

    Raises:
        NotAllowedError: no administrator of its structure.
    """
    held = ServiceToken.objects.filter(machine_id=machine_id)
    _require_issuer(by, held.values_list("structure_id", flat=True).first())
    with transaction.atomic():
        revoked = held.filter(revoked_at=None).update(revoked_at=at)
        record("machine.revoked", by=by, at=at, subject=Subject("machine", machine_id))
    return revoked


def recognise_machine(token: str, *, at: datetime) -> Actor | None:
    """Return the actor that a bearer token speaks for, or None when unknown, expired or revoked.

    A machine has no login: its session is the day, so that what it views is audited every day.
    """
    found = find_token(token)
    reason = _weigh_token(found, at)
    if found is None or reason:
        _note_refused_token(found, reason, at)
        return None
    if found.first_used_at is None:
        _note_first_use(found, at)
    if found.last_used_at is None or found.last_used_at < at - USE_TOLD_EVERY:
        ServiceToken.objects.filter(pk=found.pk).update(last_used_at=at)
    return found.as_actor(session=f"{at:%Y-%m-%d}")


def _plain(code: str) -> str:
    """Return a code without what a person adds or confuses: dashes, spaces, case, O for 0, I and L for 1."""
    return re.sub(r"[\s-]", "", code).upper().translate(_ALIKE)


def _require_issuer(by: Actor, structure_id: UUID | None) -> None:
    if not may(by, "machine.admit") or not (structure_id is None or reaches(by, structure_id)):
        raise NotAllowedError(_("Only an administrator lets a gateway in or shuts it out."))


def _enrol(kept: EnrolmentCode, at: datetime) -> Credential:
    kept.used_at, kept.machine_id = at, uuid7()
    kept.save(update_fields=["used_at", "machine_id"])
    credential = _give_token(kept.label, kept.structure_id, machine_id=kept.machine_id, at=at)
    machine = Actor(id=kept.machine_id, role=Role.EDGE, label=kept.label, structure_id=kept.structure_id)
    record("enrolment.used", by=machine, at=at, subject=Subject("enrolment", kept.pk))
    return credential


def _refuse_code(code: str, at: datetime) -> DiaphaneError:
    """Say why a code is refused, and write it in the trail; a flood of wrong ones must not fill it."""
    kept = EnrolmentCode.objects.filter(digest=digest_of(_plain(code))).first()
    since = at - WRONG_CODES_WITHIN
    if kept is None and _count_wrong_codes(since) >= LARGEST_WRONG_CODES:
        return TooManyTriesError(_("Too many wrong codes. Wait five minutes, then try again."))
    reason = "wrong" if kept is None else "used" if kept.used_at else "expired"
    subject = Subject("enrolment", kept.pk if kept else _NOBODY)
    with transaction.atomic():
        record("enrolment.refused", by=SYSTEM, at=at, subject=subject, detail={"reason": reason})
    return NotAllowedError(_CODE_REFUSALS[reason])


def _count_wrong_codes(since: datetime) -> int:
    return count_entries("enrolment.refused", subject_id=_NOBODY, since=since)


def _give_token(label: str, structure_id: UUID, *, machine_id: UUID, at: datetime) -> Credential:
    token = make_token()
    ServiceToken.objects.create(
        label=label,
        role=Role.EDGE.value,
        structure_id=structure_id,
        scope=GATEWAY,
        machine_id=machine_id,
        digest=digest_of(token),
        expires_at=at + TOKEN_LASTS,
    )
    return Credential(token, expires_at=at + TOKEN_LASTS, renew_at=at + RENEWED_AFTER)


def _weigh_token(found: ServiceToken | None, at: datetime) -> str:
    if found is None:
        return "unknown"
    if found.revoked_at is not None:
        return "revoked"
    return "expired" if found.expires_at is not None and found.expires_at <= at else ""


def _note_refused_token(found: ServiceToken | None, reason: str, at: datetime) -> None:
    """Write a refusal in the trail, once an hour for each machine: it asks again every few seconds."""
    subject_id = found.machine_id if found else _NOBODY
    with transaction.atomic():
        if count_entries("token.refused", subject_id=subject_id, since=at - REFUSALS_TOLD_EVERY):
            return
        by = found.as_actor() if found else SYSTEM
        record(
            "token.refused", by=by, at=at, subject=Subject("machine", subject_id), detail={"reason": reason}
        )


def _note_first_use(found: ServiceToken, at: datetime) -> None:
    """Write that a token came into use; the machine's earlier ones end after the time of grace."""
    with transaction.atomic():
        is_first = ServiceToken.objects.filter(pk=found.pk, first_used_at=None).update(first_used_at=at)
        if not is_first:
            return
        others = ServiceToken.objects.filter(machine_id=found.machine_id, revoked_at=None).exclude(
            pk=found.pk
        )
        others.filter(Q(expires_at=None) | Q(expires_at__gt=at + GRACE)).update(expires_at=at + GRACE)
        record("token.first_used", by=found.as_actor(), at=at, subject=Subject("machine", found.machine_id))
