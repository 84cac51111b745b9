"""How allauth behaves here: accounts are opened by a structure, never by a visitor."""

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Close the public sign-up, word the refusals."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed: ask your structure."),
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code was not accepted. Each code serves once: wait for the next one."),
        "too_many_login_attempts": _(
            "Too many tries: this account is closed for five minutes. Wait, then try again."
        ),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: a structure opens accounts after its checks (R18)."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again who is there, save within five minutes of the login: setting up is one errand."""
        given = [each["at"] for each in get_authentication_records(self.request, self.request.user)]
        return not given or time.time() - given[-1] > app_settings.REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):
    """Word the refusals of the second factor, and keep its secrets sealed at rest (R39)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code was not accepted. Each code serves once: wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret: the database alone gives nobody a code."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret.

        Raises:
            cryptography.fernet.InvalidToken: another key sealed it, or it was changed.
        """
        return _sealer().decrypt(encrypted_text.encode()).decode()


def _sealer() -> Fernet:
    """Return the sealer whose key is derived from the platform's own secret."""
    key = hashlib.sha256(b"diaphane:second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
