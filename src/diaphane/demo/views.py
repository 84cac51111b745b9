"""The guided tour, one-click logins, and the code that a real person would read on their telephone."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from diaphane.accounts.queries import find_account
from diaphane.organisations.middleware import require_actor

from .credentials import current_code
from .people import PATIENTS, PEOPLE
from .tour import list_steps

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
def tour(request: HttpRequest) -> HttpResponse:
    """Show the seven steps of one exam, each with the person whose chair to sit in."""
    return render(request, "demo/tour.html", {"steps": list_steps(), "people": PEOPLE, "patients": PATIENTS})


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


def code(request: HttpRequest) -> HttpResponse:
    """Show the second factor of whoever is logged in: a demo person has no telephone."""
    require_actor(request)
    account = request.user
    return HttpResponse(current_code(getattr(account, "email", "")), content_type="text/plain")
