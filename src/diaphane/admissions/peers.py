"""Which systems of a hospital may send identities: declared, and known by their address (R39)."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may

from .models import Peer

_NOBODY = UUID(int=0)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def open_peer(*, peer: Peer, by: Actor, at: datetime) -> Peer:
    """Let a system send identities to the actor's site.

    Raises:
        NotAllowedError: no administrator of a site.
        ConflictError: this sender is declared already, or the fingerprint is none.
        django.core.exceptions.ValidationError: the address is none, or a word is missing.
    """
    if not may(by, "admission.admit") or by.structure_id is None:
        raise NotAllowedError(_("Only an administrator lets a system of the hospital in."))
    peer.structure_id, peer.opened_at, peer.closed_at = by.structure_id, at, None
    peer.certificate = peer.certificate.replace(":", "").strip().lower()
    if peer.certificate and not _FINGERPRINT.fullmatch(peer.certificate):
        raise ConflictError(_("A SHA-256 fingerprint has 64 hexadecimal digits."))
    peer.full_clean(exclude=["closed_at"], validate_constraints=False)
    try:
        with transaction.atomic():
            peer.save(force_insert=True)
            record("hospital_peer.opened", by=by, at=at, subject=Subject("hospital_peer", peer.pk))
    except IntegrityError as error:
        raise ConflictError(_("This sender is already declared at this address.")) from error
    return peer


def close_peer(*, peer_id: UUID, by: Actor, at: datetime) -> None:
    """Shut a system out: its next message is refused; what it sent stays.

    Raises:
        NotAllowedError: another role.
        Peer.DoesNotExist: of another site, or closed already.
    """
    if not may(by, "admission.admit"):
        raise NotAllowedError(_("Only an administrator lets a system of the hospital in."))
    with transaction.atomic():
        peer = list_peers(by).select_for_update(of=("self",)).get(pk=peer_id, closed_at=None)
        peer.closed_at = at
        peer.save(update_fields=["closed_at"])
        record("hospital_peer.closed", by=by, at=at, subject=Subject("hospital_peer", peer.pk))


def list_peers(actor: Actor) -> QuerySet[Peer]:
    """List the systems declared at the actor's site, those that are shut out last."""
    if not may(actor, "admission.see") or actor.structure_id is None:
        return Peer.objects.none()
    return Peer.objects.filter(structure_id=actor.structure_id).order_by("closed_at", "label")


def list_peers_at(address: str, *, certificate: str) -> Sequence[Peer]:
    """List who may send from an address, under the certificate that the connection has proven, if any."""
    found = Peer.objects.filter(address=address, closed_at=None).select_related("structure")
    return [each for each in found if each.certificate in {"", certificate}]


def note_stranger(address: str, *, at: datetime) -> None:
    """Write in the trail that an unknown address called, once an hour however often it does."""
    since = at.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        if not count_entries("hospital_peer.refused", subject_id=_NOBODY, since=since):
            subject = Subject("hospital_peer", _NOBODY)
            record("hospital_peer.refused", by=SYSTEM, at=at, subject=subject, detail={"address": address})
