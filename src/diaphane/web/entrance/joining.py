"""A professional comes in for the first time: the mail's link, the code, a password of their own (R39)."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from diaphane.accounts.invitations import (
    InvitationRefusedError,
    WeakPasswordError,
    WrongInvitationCodeError,
    accept_invitation,
)
from diaphane.accounts.models import User
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.web.mailed_links import CodeInput, MailedLinkForm

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class JoinForm(MailedLinkForm):
    """The link, the code that was said aloud, and a password twice."""

    code = forms.CharField(
        label=_("Code that was said to you"),
        max_length=20,
        help_text=_("Eight letters and digits. Your administrator says it to you, aloud."),
        widget=CodeInput(autocomplete="off"),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        help_text=_("Twelve characters at least. A sentence that you alone would say is easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Your password, again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare both passwords."""
        given = super().clean() or {}
        if "again" in given and given["again"] != given.get("password"):
            self.add_error("again", _("This is not the same password."))
        return given


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take the first password of an account, and begin a session: its second factor comes next."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "entrance/join.html", {"form": form}, status=status)
    try:
        account = _accept(form)
    except InvitationRefusedError as error:
        context = {"message": error.message}
        return render(request, "entrance/join_refused.html", context, status=error.status_code)
    except (WrongInvitationCodeError, WeakPasswordError) as error:
        return _say(request, form, error)
    login(request, account, backend=_BACKEND)
    # Proven just now: within five minutes, an authenticator is set up without the password again.
    record_authentication(request, account, method="password")
    return redirect("home")


def _accept(form: JoinForm) -> User:
    given = form.cleaned_data
    return accept_invitation(key=given["key"], code=given["code"], password=given["password"], at=now())


def _say(request: HttpRequest, form: JoinForm, error: DiaphaneError) -> HttpResponse:
    field = "password" if isinstance(error, WeakPasswordError) else "code"
    form.add_error(field, str(error))
    return render(request, "entrance/join.html", {"form": form}, status=error.status_code)
