"""Say whether a session holds a second factor: an authenticator application or a passkey (R39)."""

from collections.abc import MutableMapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from .models import User

_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_strong(user: User, session: MutableMapping[str, Any]) -> bool:
    """Say whether who logged in owes no second factor any more."""
    return bool(is_mfa_enabled(user, _FACTORS))
