"""Who calls an interface: a machine by its bearer token, or a person by the session of their browser."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from diaphane.accounts.machines import recognise_machine
from diaphane.accounts.scopes import scope_of
from diaphane.accounts.services import note_out_of_scope
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, NotAllowedError
from diaphane.kernel.paces import MACHINES, Pace, TooOftenError, keep_pace
from diaphane.kernel.rights import may, roles_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def interface(*methods: str, needs: str, pace: Pace = MACHINES) -> Callable[[View[P]], Guarded[P]]:
    """Make a view of an interface: it receives the actor; refusals are JSON; the CSRF token is not asked.

    A session may change something only from a page of the same origin, which the browser itself tells.
    401 without a token or a session, 403 for a role that the table of rights does not give ``needs`` to,
    404 for what the actor may not see, 429 for who goes faster than ``pace``.
    """

    def decorate(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return refuse_method(request, *methods)
            actor = identify(request, at=now())
            if actor is None:
                return _ask_for_a_token()
            try:
                keep_pace(pace, actor.id)
                if not may(actor, needs):
                    raise _explain(actor, needs)
                return view(request, actor, *args, **kwargs)
            except DiaphaneError as error:
                return _word(error)
            except ObjectDoesNotExist:
                return refusal(_("There is nothing here that you may see."), 404)

        guarded.needs = (needs,)  # type: ignore[attr-defined]
        guarded.keeps_pace = True  # type: ignore[attr-defined]
        guarded.methods = frozenset(methods)  # type: ignore[attr-defined]
        return csrf_exempt(login_not_required(guarded))

    return decorate


def identify(request: HttpRequest, *, at: datetime) -> Actor | None:
    """Return who calls. A token that is wrong is nobody, whatever the session says."""
    if hasattr(request, "caller"):
        caller: Actor | None = request.caller
        return caller
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return recognise_machine(token.strip(), at=at) if scheme.lower() == "bearer" else None
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not (request.method in _SAFE or is_same_origin(request)):
        return None
    return actor


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether the browser says that a page of ours sends this."""
    origin = request.headers.get("Origin", "")
    return origin in (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)


def refusal(message: str, status: int, **values: str | None) -> JsonResponse:
    """Answer a refusal with its reason."""
    return JsonResponse({"error": message % values if values else message}, status=status)


def refuse_method(request: HttpRequest, *methods: str) -> JsonResponse:
    """Refuse a method, and say which ones serve (RFC 9110 §15.5.6)."""
    response = refusal(_("This address does not answer %(method)s."), 405, method=request.method)
    response["Allow"] = ", ".join(methods)
    return response


def _explain(actor: Actor, needs: str) -> NotAllowedError:
    """Say whether the role or the scope of the token is missing; the latter is in the trail."""
    if actor.role not in roles_of(needs):
        return NotAllowedError(_("This interface is not open to this role."))
    note_out_of_scope(action=needs, by=actor, at=now())
    return NotAllowedError(
        _("This token has not the scope that this asks for: %(scope)s.") % {"scope": scope_of(needs)}
    )


def _word(error: DiaphaneError) -> JsonResponse:
    response = refusal(str(error), error.status_code)
    if isinstance(error, TooOftenError):
        response["Retry-After"] = str(error.retry_after)
    return response


def _ask_for_a_token() -> JsonResponse:
    response = refusal(_("Log in, or send a valid token."), 401)
    response["WWW-Authenticate"] = 'Bearer realm="Diaphane"'
    return response
