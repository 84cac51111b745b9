"""A passkey proves, again and at once, who is there: its challenge serves once (WebAuthn §13.4.3, R39).

allauth keeps the challenge of a login in the session, where a second window writes over it and two requests
read it at the same time. What opens a signature is kept apart: each asking has its own, and spending one is
a deletion that a single request can do.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import get_authenticator_by_credential_id, get_credentials
from django.core.cache import cache
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse, PublicKeyCredentialRpEntity, UserVerificationRequirement

from .codes import Outcome
from .models import User

PROOF_WITHIN = 300
"""Seconds within which a person answers on their telephone or key."""


def list_passkeys(user: User) -> list[Authenticator]:
    """List the passkeys of an account, oldest first."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return list(found.order_by("created_at", "pk"))


def ask_for_passkey(*, user: User, host: str) -> dict[str, Any]:
    """Return what the browser hands to the person's passkeys: a challenge for this asking alone."""
    options, state = _server(host).authenticate_begin(
        credentials=get_credentials(user), user_verification=UserVerificationRequirement.REQUIRED
    )
    cache.set(_key(user, state["challenge"]), {"host": host, "state": state}, PROOF_WITHIN)
    return dict(options)


def spend_passkey(*, user: User, answer: str) -> Outcome:
    """Weigh a passkey's answer (JSON of WebAuthn §5.1): right, replayed or too late, or wrong."""
    try:
        given = json.loads(answer)
        challenge = AuthenticationResponse.from_dict(given).response.client_data.challenge
    except (TypeError, ValueError, KeyError, AttributeError):
        return Outcome.WRONG
    key = _key(user, websafe_encode(challenge))
    asked = cache.get(key)
    if asked is None or not cache.delete(key):
        return Outcome.USED
    try:
        found = _server(asked["host"]).authenticate_complete(asked["state"], get_credentials(user), given)
    except ValueError:
        return Outcome.WRONG
    used = get_authenticator_by_credential_id(user, found.credential_id)
    if used is not None:
        used.record_usage()
    return Outcome.RIGHT


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Diaphane"))


def _key(user: User, challenge: str) -> str:
    return f"diaphane.passkey:{user.pk}:{challenge}"
