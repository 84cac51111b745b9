"""The account's forms, with our words, and what a phone's keyboard and a password manager need."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError
from django.forms import Field, Form
from django.utils.translation import gettext as _

from diaphane.accounts.codes import Outcome, spend_login_code
from diaphane.accounts.models import User
from diaphane.accounts.tries import note_refused_passkey
from diaphane.accounts.waiting import LoginTry
from diaphane.kernel.clock import now

NAME_LENGTH = 60


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

    def clean(self) -> dict[str, Any] | None:
        """Refuse a patient's password, even a right one: alone it is one factor (R39)."""
        cleaned: dict[str, Any] | None = super().clean()  # type: ignore[no-untyped-call]
        if getattr(self.user, "patient_id", None) is not None:
            raise ValidationError(_("Patients come in by the link of a mail and the code of their sheet."))
        return cleaned


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


class _SpendsCode:
    """Weigh a code as everywhere on the platform: slowed down, tolerant of a clock, and once only."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """Spend the code.

        Raises:
            ValidationError: it must wait, was used already, or is wrong.
        """
        code = str(self.cleaned_data["code"])
        attempt = LoginTry.take(context.request, email=self.user.email, step="code")
        outcome, self.authenticator = spend_login_code(self.user, code)
        if outcome is Outcome.WRONG:
            attempt.fail(account=self.user)
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]
            raise ValidationError(_("This code was not accepted."), code="incorrect_code")
        attempt.succeed()
        if outcome is Outcome.USED:
            raise ValidationError(
                _("This code was already used. Wait for the next one: thirty seconds at most."),
                code="used_code",
            )
        self.authenticator.user = self.user  # type: ignore[union-attr]
        return code


class AuthenticateForm(_SpendsCode, AllauthAuthenticateForm):
    """The second factor at login: a code of the application, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=False)


class CodeReauthenticateForm(_SpendsCode, AllauthCodeReauthenticateForm):
    """The second factor again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=False)


class ActivateTOTPForm(AllauthActivateTOTPForm):
    """The first code, which proves that the application is set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, is_digits_only=True)


class LoginPasskeyForm(LoginWebAuthnForm):
    """A passkey that says whose account it opens."""

    def clean_credential(self) -> Authenticator:
        """Weigh it, and trace a refusal: nothing is guessed here, and nothing waits.

        Raises:
            ValidationError: it is nobody's, or not fresh.
        """
        try:
            return super().clean_credential()
        except ValidationError:
            note_refused_passkey(at=now())
            raise


def _word_name(field: Field) -> None:
    _word(
        field,
        _("Its name"),
        _("So that you know it again, say « my telephone »."),
        maxlength=str(NAME_LENGTH),
    )


class AddPasskeyForm(AddWebAuthnForm):
    """A name, and what the browser brings back; every passkey checks who holds it and opens the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        _word_name(self.fields["name"])

    def clean_name(self) -> str:
        """Keep a long name short: a passkey that the browser has made is not lost for it."""
        return str(super().clean_name()).strip()[:NAME_LENGTH]


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_name(self.fields["name"])

    def clean_name(self) -> str:
        """Keep a long name short."""
        return str(self.cleaned_data["name"]).strip()[:NAME_LENGTH]
