"""How allauth behaves here: accounts are opened by a structure, never by a visitor."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
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
    """Word the refusals of the second factor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code was not accepted. Each code serves once: wait for the next one."),
    }
