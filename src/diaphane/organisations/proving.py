"""Bring a proof, check it, refuse it: each by a named person, never by its own holder (R18–R20, R24)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may

from .documents import keep_document
from .models import Credential, CredentialState, CredentialStep
from .standings import REQUIREMENTS
from .transitions import CREDENTIAL_TABLE

ALWAYS_ENDS = frozenset({Credential.Kind.INSURANCE, Credential.Kind.RADIATION})
"""What is never given for ever."""


@dataclass(frozen=True)
class Proof:
    """What a professional says of a proof, beside the document itself."""

    kind: Credential.Kind
    reference: str
    issuer: str
    issued_on: date
    expires_on: date | None


def deposit_credential(*, proof: Proof, document: bytes, by: Actor, at: datetime) -> Credential:
    """Keep a proof that a professional brings of themselves; it counts once another person has checked it.

    Raises:
        NotAllowedError: not a professional.
        GuardError: dates that cannot be, or a document that cannot be kept.
    """
    if not may(by, "credential.deposit"):
        raise NotAllowedError(_("Only a professional has a professional file."))
    requirement = REQUIREMENTS[proof.kind]
    _refuse_dates(proof, requirement, timezone.localdate(at))
    new_id = uuid7()
    kept = keep_document(document, folder="proofs", owner_id=new_id, requirement=requirement)
    with transaction.atomic():
        credential = Credential.objects.create(
            id=new_id,
            holder_id=by.id,
            kind=proof.kind,
            reference=proof.reference,
            issuer=proof.issuer,
            issued_on=proof.issued_on,
            expires_on=proof.expires_on,
            document_key=kept.key,
            document_type=kept.media_type,
            document_sha256=kept.sha256,
            deposited_at=at,
        )
        _trace(credential, "deposit", source="", by=by, at=at)
    return credential


def check_credential(*, credential_id: UUID, by: Actor, at: datetime) -> Credential:
    """Say, as another person, that a proof was looked at and is right.

    Raises:
        Credential.DoesNotExist: not of a person of the actor's structure.
        GuardError: one's own proof (the trail keeps that it was tried), or one that has expired.
    """
    return _decide("check", credential_id, reason="", by=by, at=at)


def refuse_credential(*, credential_id: UUID, reason: str, by: Actor, at: datetime) -> Credential:
    """Refuse a proof, even one that was checked before, with the reason that its holder reads.

    Raises:
        Credential.DoesNotExist: not of a person of the actor's structure.
        GuardError: one's own proof, or no reason.
    """
    return _decide("refuse", credential_id, reason=reason, by=by, at=at)


def _decide(name: str, credential_id: UUID, *, reason: str, by: Actor, at: datetime) -> Credential:
    try:
        with transaction.atomic():
            return _move(name, credential_id, reason=reason, by=by, at=at)
    except GuardError:
        own = Credential.objects.filter(pk=credential_id, holder_id=by.id).first()
        if own is not None:
            record("credential.own_refused", by=by, at=at, subject=Subject("credential", own.pk))
        raise


def _move(name: str, credential_id: UUID, *, reason: str, by: Actor, at: datetime) -> Credential:
    held = Credential.objects.visible_to(by).select_for_update(of=("self",)).get(pk=credential_id)
    source, held.decided_reason = held.state, reason.strip()
    outcome = CREDENTIAL_TABLE.check(held, name, by=by)
    held.state = outcome.transition.target
    held.decided_by_id, held.decided_by_label, held.decided_at = by.id, by.label, at
    held.save(update_fields=["state", "decided_by_id", "decided_by_label", "decided_at", "decided_reason"])
    _trace(held, name, source=source, by=by, at=at)
    return held


def _refuse_dates(proof: Proof, requirement: str, today: date) -> None:
    gaps = []
    if proof.issued_on > today:
        gaps.append((_("A date of issue that is not in the future"), "issued_on"))
    if proof.expires_on is None and proof.kind in ALWAYS_ENDS:
        gaps.append((_("Until when it runs"), "expires_on"))
    if proof.expires_on is not None and proof.expires_on < proof.issued_on:
        gaps.append((_("An expiry after the date of issue"), "expires_on"))
    elif proof.expires_on is not None and proof.expires_on < today:
        gaps.append((_("A proof that has not expired"), "expires_on"))
    if gaps:
        missing = [Missing(requirement, what, _("You"), field=field) for what, field in gaps]
        raise GuardError(_("These dates cannot be right."), missing)


def _trace(credential: Credential, name: str, *, source: str, by: Actor, at: datetime) -> None:
    CredentialStep.objects.create(
        credential=credential,
        transition=name,
        source=source,
        target=CredentialState(credential.state).value,
        actor_id=by.id,
        actor_label=by.label,
        structure_label=by.structure_label,
        reason=credential.decided_reason,
        occurred_at=at,
    )
    kind = f"credential.{name}"
    detail = {"kind": credential.kind, "holder": str(credential.holder_id)}
    record(kind, by=by, at=at, subject=Subject("credential", credential.pk), detail=detail)
    record_event(kind=kind, subject_type="credential", subject_id=credential.pk, act_id=None, at=at)
