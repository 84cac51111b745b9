"""Passkeys: add one, log in by one, and ask for one before what binds (R39)."""

from ipaddress import ip_address
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from diaphane.accounts.models import User
from diaphane.accounts.passkeys import ask_for_passkey, list_passkeys
from diaphane.accounts.psc_proofs import MARK


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class AddPasskeyView(AddWebAuthnView):
    """Make a passkey that is found without a name and that checks who holds it (WebAuthn §5.4.4, §5.4.6)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the browser for one of these, whatever the page says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": begin_registration(_user(self.request), True)}
        return context


add_passkey = AddPasskeyView.as_view()


@never_cache
@require_POST
def ask_passkey(request: HttpRequest) -> JsonResponse:
    """Return what the browser hands to the passkeys of who is logged in, before a signature."""
    return JsonResponse(ask_for_passkey(user=_user(request), host=_host(request)))


def read_proof(request: HttpRequest) -> str:
    """Return the second factor that a form brings: a passkey's answer, a confirmation, else typed digits.

    Digits that were typed come before a confirmation that waits in the page.
    """
    typed = request.POST.get("passkey", "") or request.POST.get("code", "")
    word = request.POST.get("psc_proof", "")
    return typed or (f"{MARK}{word}" if word else "")


def describe_passkeys(request: HttpRequest) -> dict[str, object]:
    """Say, when a page asks, whether passkeys work at this address, and whether this person has one."""
    return {
        "can_use_passkeys": SimpleLazyObject(lambda: is_name(_host(request))),
        "has_passkey": SimpleLazyObject(lambda: _has_one(request)),
    }


def is_name(host: str) -> bool:
    """Say whether browsers make passkeys for this host: for a name only (WebAuthn §5.1.2)."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def _has_one(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and is_name(_host(request)) and bool(list_passkeys(user))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - no visitor comes here
    return request.user


def _host(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0]
