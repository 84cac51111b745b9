"""How allauth behaves here: accounts are opened by a structure, never by a visitor."""

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .browsers import name_device
from .queries import find_account
from .waiting import LoginTry


class AccountAdapter(DefaultAccountAdapter):
    """Close the public sign-up, word the refusals."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed: ask your structure."),
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code was not accepted. Each code serves once: wait for the next one."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password before it is looked at, or refuse until the wait is over.

        Raises:
            ValidationError: too many vain tries lately; the message says how long to wait.
        """
        self._tries = LoginTry.take(request, email=_typed_name(credentials), step="password")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note what waits from now on."""
        self._tries.fail(account=find_account(_typed_name(credentials)))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Take back a try that was right; allauth calls this by that name."""
        self._tries.succeed()

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Ask whoever has a second factor for it: a password alone does not change what stands beside it."""
        methods = super().get_reauthentication_methods(user)
        stronger = [each for each in methods if each["id"] != "reauthenticate"]
        passkeys_first = sorted(stronger, key=lambda each: each["id"] != "mfa_reauthenticate:webauthn")
        return passkeys_first or methods

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
        "incorrect_code": _("This was not accepted. Try again, or choose another way."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Name a passkey after the browser where it is made; its owner says better."""
        return name_device(context.request.META.get("HTTP_USER_AGENT", ""))

    def _get_site_name(self) -> str:
        """Return the name that a telephone shows beside the passkey."""
        return "Diaphane"

    def encrypt(self, text: str) -> str:
        """Seal a secret: the database alone gives nobody a code."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret.

        Raises:
            cryptography.fernet.InvalidToken: another key sealed it, or it was changed.
        """
        return _sealer().decrypt(encrypted_text.encode()).decode()


def _typed_name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def _sealer() -> Fernet:
    """Return the sealer whose key is derived from the platform's own secret."""
    key = hashlib.sha256(b"diaphane:second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
