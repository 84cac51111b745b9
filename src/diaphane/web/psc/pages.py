"""Go to Pro Santé Connect, come back, and leave (R39, R46; ADR 13)."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import logout as leave_here
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from diaphane.accounts.pro_sante_connect import is_offered, make_address, make_farewell, read_answer
from diaphane.accounts.psc_logins import find_vouched, note_psc_login
from diaphane.accounts.psc_refusals import PscRefusedError, record_refusal
from diaphane.accounts.strength import BY_PRO_SANTE_CONNECT
from diaphane.kernel.clock import now

from .confirming import is_confirmation, take_confirmation
from .refusing import refuse

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_FROM_HERE = "ici"
"""Says that the answer was asked for again from our own page, which our strict cookies go with."""


@login_not_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Send a person to Pro Santé Connect: by a page, for a form may not be answered from elsewhere (CSP)."""
    if not is_offered():
        raise Http404
    try:
        address = make_address(request, callback=_callback())
    except PscRefusedError as error:
        return refuse(request, error)
    return render(request, "psc/go.html", {"address": address})


@login_not_required
@require_safe
@sensitive_variables("vouched")
def come_back(request: HttpRequest) -> HttpResponse:
    """Take the answer of Pro Santé Connect.

    It arrives from another site, without our cookies, which are strict: a page of ours asks for the same
    address again, and the session that asked is there. Nothing is weighed, used or written before that.
    """
    if not is_offered():
        raise Http404
    if _FROM_HERE not in request.GET:
        again = request.GET.copy()
        again[_FROM_HERE] = "1"
        return render(request, "psc/again.html", {"address": f"{request.path}?{again.urlencode()}"})
    if is_confirmation(request):
        return take_confirmation(request)
    try:
        vouched = read_answer(request)
        account = find_vouched(vouched)
    except PscRefusedError as error:
        record_refusal(error)
        return refuse(request, error)
    login(request, account, backend=_BACKEND)
    # Proven just now: within five minutes, an authenticator is set up without a password.
    record_authentication(request, account, method="pro_sante_connect")
    request.session[BY_PRO_SANTE_CONNECT] = vouched.id_token
    key = request.session.session_key or ""
    note_psc_login(user=account, vouched=vouched, session_key=key, at=now())
    return redirect("home")


@login_not_required
def leave(request: HttpRequest) -> HttpResponseBase:
    """Log out here, and over there when the login came from there: else the next person is recognised."""
    token = request.session.get(BY_PRO_SANTE_CONNECT, "") if request.method == "POST" else ""
    response: HttpResponseBase = leave_here(request)
    if token and is_offered():
        address = make_farewell(token, back_to=f"{settings.BASE_URL}{reverse('account_login')}")
        response = render(request, "psc/leave.html", {"address": address})
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _callback() -> str:
    return f"{settings.BASE_URL}{reverse('psc_come_back')}"
