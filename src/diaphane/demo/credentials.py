"""Passwords and second factors of the demo's accounts, derived from this demo's own secret key."""

import base64
import hashlib
import hmac

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings


def derive_password(email: str) -> str:
    """Return the password of a demo account; another demo has another one."""
    return f"Demo-{_derive('password', email).hex()[:20]}"


def derive_totp_secret(email: str) -> str:
    """Return the base32 TOTP secret of a demo account."""
    return base64.b32encode(_derive("totp", email)[:20]).decode()


def current_code(email: str) -> str:
    """Return the six digits that the account's authenticator would show now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(derive_totp_secret(email), counter)))


def _derive(purpose: str, email: str) -> bytes:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"demo:{purpose}:{email}".encode(), hashlib.sha256).digest()
