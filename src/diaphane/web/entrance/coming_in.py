"""A patient comes in: the link of the mail, then the code of the sheet. Opening it does nothing (R39)."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from diaphane.accounts.entering import EntryRefusedError, WrongSheetCodeError
from diaphane.accounts.entering import enter as let_in
from diaphane.accounts.sheets import ask_link
from diaphane.kernel.clock import now
from diaphane.web.mailed_links import CodeInput, MailedLinkForm

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class EnterForm(MailedLinkForm):
    """The link, and the code of the sheet."""

    code = forms.CharField(
        label=_("Code of your sheet"),
        max_length=20,
        help_text=_("Eight letters and digits, on the sheet that you were given."),
        widget=CodeInput(autocomplete="off"),
    )


class AskForm(forms.Form):
    """Where to send a link."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address that you gave to the site of your exam."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with it, begin a session."""
    if request.method != "POST":
        return render(request, "entrance/enter.html", {"form": EnterForm()})
    form = EnterForm(request.POST)
    if not form.is_valid():
        return render(request, "entrance/enter.html", {"form": form}, status=422)
    try:
        account = let_in(key=form.cleaned_data["key"], code=form.cleaned_data["code"], at=now())
    except WrongSheetCodeError as error:
        form.add_error("code", str(error))
        return render(request, "entrance/enter.html", {"form": form}, status=error.status_code)
    except EntryRefusedError as error:
        context = {"message": error.message, "form": AskForm()}
        return render(request, "entrance/refused.html", context, status=error.status_code)
    login(request, account, backend=_BACKEND)
    return redirect("home")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Mail a link to whom a sheet was given; the answer is the same for any address."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "entrance/ask.html", {"form": form}, status=status)
    ask_link(email=form.cleaned_data["email"], at=now())
    return render(request, "entrance/asked.html")
