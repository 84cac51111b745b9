"""The guided tour, one-click logins, and the code that a real person would read on their telephone."""

import time

from allauth.mfa import app_settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from diaphane.accounts.queries import find_account
from diaphane.kernel.actors import Role
from diaphane.organisations.middleware import require_actor

from .credentials import current_code, is_code_used
from .mails import get_folder, list_mails
from .past_exam import find_past_act_id, is_past_exam_there
from .people import PATIENTS, PEOPLE
from .tour import list_detours, list_patients, list_professionals, list_steps

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """Show the seven steps of one exam, then every chair there is."""
    context = {
        "steps": list_steps(),
        "detours": list_detours(find_past_act_id()),
        "mail_folder": get_folder(),
        "professionals": list_professionals(),
        "patients": list_patients(),
        "is_past_exam_there": is_past_exam_there(),
    }
    return render(request, "demo/tour.html", context)


@login_not_required
@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that the demo wrote instead of sending them."""
    return render(request, "demo/mails.html", {"mails": list_mails(), "mail_folder": get_folder()})


@login_not_required
@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Log in as one of the fictitious people, in one click."""
    keys = {each.key.replace(".", "-"): each.email for each in PEOPLE}
    keys |= {each.key.replace(".", "-"): f"{each.key}@patients.example" for each in PATIENTS}
    account = find_account(keys.get(key, ""))
    if account is None:
        raise Http404
    login(request, account, backend=_BACKEND)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if is_ours else "home")


@never_cache
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """Show the second factor of whoever is logged in: a demo person has no telephone."""
    actor = require_actor(request)
    if actor.role is Role.PATIENT:
        raise Http404
    email = getattr(request.user, "email", "")
    digits = current_code(email)
    context = {
        "code": f"{digits[:3]} {digits[3:]}",
        "is_used": is_code_used(email, digits),
        "seconds": app_settings.TOTP_PERIOD - int(time.time()) % app_settings.TOTP_PERIOD,
    }
    return render(request, "demo/_code.html", context)
