"""What stands around every page: language, login, second factor, one person per page, refusals."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from diaphane.accounts.models import User
from diaphane.accounts.strength import is_strong
from diaphane.events.queries import get_last_sequence
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.kernel.rights import is_door

from .refusals import refuse

GetResponse = Callable[[HttpRequest], HttpResponse]


class ClosedDoorsMiddleware:
    """Tell browsers what no page uses, whom no answer is for, and that pages are not to be kept.

    The camera and the microphone stay open to ourselves: the link test asks for them (R81). What sets its
    own ``Cache-Control`` or policy keeps it; what is no page (data, pictures, styles) may load nothing.
    """

    HEADERS = {
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with these headers."""
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Send nobody what they sent (TRACE); an interface, which names its methods, refuses it itself."""
        is_closed = request.method == "TRACE" and not hasattr(view_func, "methods")
        return HttpResponseNotAllowed(["GET"]) if is_closed else None


class LivePositionMiddleware:
    """Note where the events stand before a page reads anything, so that its live stream misses nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note it for whole pages only; a fragment belongs to a stream that is open already."""
        is_fragment = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
        if request.method == "GET" and not is_fragment and getattr(request, "actor", None):
            request.live_position = get_last_sequence()  # type: ignore[attr-defined]
        return self.get_response(request)


class ChosenLanguageMiddleware:
    """Speak French unless the person chose another language here; the browser's own is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SessionEndedMiddleware(LoginRequiredMiddleware):
    """Ask for a login; a page that htmx was updating keeps its text and says what to do (issue 2, §4)."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Answer 401 with an explanation to htmx, and the login page to the others."""
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is not None and request.headers.get("HX-Request") == "true":
            return render(request, "refusals/session.html", status=401)
        return refusal


class SecondFactorMiddleware:
    """Send a professional without a second factor to set one up before anything else (R39)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the account's own pages through, nothing else."""
        actor = getattr(request, "actor", None)
        if actor is None or not actor.role.is_professional or request.path.startswith("/compte/"):
            return self.get_response(request)
        if isinstance(request.user, User) and not is_strong(request.user, request.session):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


class DeclaredRightsMiddleware:
    """Refuse an address whose view declares no right and that is no door: closed unless opened (R41, R42)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Look at what the view declares, then at the name of its address."""
        match = request.resolver_match
        if hasattr(view_func, "needs") or (match is not None and is_door(match.view_name)):
            return None
        return refuse(request, _("No right opens this address yet."), status=403)


class SamePersonMiddleware:
    """Refuse what a page sends when someone else has logged in meanwhile on the same browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Compare the actor that the page was made for with the one who sends."""
        expected = request.headers.get("X-Diaphane-Actor")
        actor = getattr(request, "actor", None)
        if expected and actor is not None and expected != str(actor.id):
            message = _("Someone else has logged in on this browser. Nothing was sent: reload the page.")
            return refuse(request, message, status=409)
        return self.get_response(request)


class RefusalMiddleware:
    """Render a ``DiaphaneError`` as the page, or the fragment, that explains it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer expected errors; leave the others to Django.

        Raises:
            Http404: a ``get_`` query found nothing for this actor; unknown and not yours look the same (R42).
        """
        if isinstance(exception, ObjectDoesNotExist):
            raise Http404 from exception
        if not isinstance(exception, DiaphaneError):
            return None
        missing = exception.missing if isinstance(exception, GuardError) else ()
        return refuse(request, exception.message, status=exception.status_code, missing=missing)
