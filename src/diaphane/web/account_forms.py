"""The account's forms, with our words, and what a phone's keyboard and a password manager need."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from django.forms import Field, Form
from django.utils.translation import gettext as _


def _word(field: Field, label: str, help_text: str = "", **attrs: str | bool) -> None:
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _word_code(form: Form, *, is_digits_only: bool) -> None:
    # A recovery code, typed in the same box at login, has letters: the numeric keyboard would refuse it.
    keyboard = {"inputmode": "numeric"} if is_digits_only else {"autocapitalize": "none"}
    _word(form.fields["code"], _("Six-digit code"), autofocus=True, spellcheck="false", **keyboard)
    form.fields["code"].widget.attrs["class"] = "code-input"


class LoginForm(AllauthLoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], _("E-mail address"), autocomplete="username", autofocus=True)
        _word(self.fields["password"], _("Password"))


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], _("Password"), autofocus=True)


class ChangePasswordForm(AllauthChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = _("Twelve characters at least. A sentence that you alone would say is easy to keep.")
        _word(self.fields["oldpassword"], _("Current password"))
        _word(self.fields["password1"], _("New password"), rule)
        _word(self.fields["password2"], _("New password, again"))


class AuthenticateForm(AllauthAuthenticateForm):
    """The second factor at login: a code of the application, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=False)


class CodeReauthenticateForm(AllauthCodeReauthenticateForm):
    """The second factor again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=False)


class ActivateTOTPForm(AllauthActivateTOTPForm):
    """The first code, which proves that the application is set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=True)
