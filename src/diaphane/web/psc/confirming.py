"""Confirm who is there by Pro Santé Connect before a signature, for who logged in that way (R39; ADR 13)."""

import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from diaphane.accounts.models import User
from diaphane.accounts.pro_sante_connect import is_offered, make_address, read_answer
from diaphane.accounts.psc_logins import require_same_person
from diaphane.accounts.psc_proofs import is_proof_open, make_proof
from diaphane.accounts.psc_refusals import PscRefusedError, record_refusal
from diaphane.accounts.strength import BY_PRO_SANTE_CONNECT

from .refusing import refuse

_CONFIRMING = "psc_confirming"
_PROOF = "psc_proof"


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask Pro Santé Connect to ask the person again, and remember which page waits for the answer."""
    if not is_offered() or not request.session.get(BY_PRO_SANTE_CONNECT):
        raise Http404
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("home")
    callback = f"{settings.BASE_URL}{reverse('psc_come_back')}"
    try:
        address = make_address(request, callback=callback, prompt="login", max_age="0")
    except PscRefusedError as error:
        return refuse(request, error)
    request.session[_CONFIRMING] = {"since": time.time(), "back": back, "address": address}
    return render(request, "psc/go.html", {"address": address})


def is_confirmation(request: HttpRequest) -> bool:
    """Say whether an answer is the one that a page waits for: by its ``state``, which nobody else knows."""
    waiting, state = request.session.get(_CONFIRMING), request.GET.get("state", "")
    return bool(waiting and state and f"state={state}&" in f"{waiting['address']}&")


def take_confirmation(request: HttpRequest) -> HttpResponse:
    """Weigh the answer, keep what stands for it once, and go back to the page that waits."""
    waiting, user = request.session.pop(_CONFIRMING), request.user
    assert isinstance(user, User)  # noqa: S101 - the session that asked belongs to an account
    try:
        vouched = read_answer(request)
        require_same_person(vouched, user=user, since=waiting["since"])
    except PscRefusedError as error:
        record_refusal(error)
        return refuse(request, error)
    request.session[BY_PRO_SANTE_CONNECT] = vouched.id_token
    request.session[_PROOF] = make_proof(user)
    return redirect(waiting["back"])


def describe_confirmation(request: HttpRequest) -> dict[str, object]:
    """Tell a page that signs whether this person confirms by Pro Santé Connect, and whether they just did."""
    came_by_it = is_offered() and bool(request.session.get(BY_PRO_SANTE_CONNECT))
    word = str(request.session.get(_PROOF, "")) if came_by_it else ""
    user = request.user
    stands = isinstance(user, User) and is_proof_open(user, word)
    return {"confirms_by_psc": came_by_it, "psc_proof": word if stands else ""}
