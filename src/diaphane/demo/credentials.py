"""Passwords and second factors of the demo's accounts, derived from this demo's own secret key."""

import base64
import hashlib
import hmac
import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from diaphane.accounts.codes import find_totp, is_totp_spent
from diaphane.accounts.queries import find_account

LONG_ENOUGH = 8.0  # seconds


def derive_password(email: str) -> str:
    """Return the password of a demo account; another demo has another one."""
    return f"Demo-{_derive('password', email).hex()[:20]}"


def derive_totp_secret(email: str) -> str:
    """Return the base32 TOTP secret of a demo account."""
    return base64.b32encode(_derive("totp", email)[:20]).decode()


def current_code(email: str) -> str:
    """Return the six digits that the account's authenticator would show now."""
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(derive_totp_secret(email), counter)))


def wait_for_code(email: str) -> str:
    """Return a code that lasts long enough to be used: one about to lapse is waited out."""
    while app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD < LONG_ENOUGH:
        time.sleep(0.1)
    return current_code(email)


def is_code_used(email: str, code: str) -> bool:
    """Say whether this code has served already: it serves once, and the next one is some seconds away."""
    account = find_account(email)
    application = find_totp(account) if account else None
    return application is not None and is_totp_spent(application, code)


def _derive(purpose: str, email: str) -> bytes:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"demo:{purpose}:{email}".encode(), hashlib.sha256).digest()
