"""Turn expected refusals into clear pages, and hold professionals to two factors."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from diaphane.accounts.models import User
from diaphane.kernel.errors import DiaphaneError, GuardError


class RefusalMiddleware:
    """Render a ``DiaphaneError`` as the page, or the fragment, that explains it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
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
        is_fragment = request.headers.get("HX-Request") == "true"
        template = "refusals/fragment.html" if is_fragment else "refusals/page.html"
        context = {"message": exception.message, "missing": missing}
        return render(request, template, context, status=exception.status_code)


class SecondFactorMiddleware:
    """Send a professional without a second factor to set one up before anything else (R39)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the account's own pages through, nothing else."""
        actor = getattr(request, "actor", None)
        if actor is None or not actor.role.is_professional or request.path.startswith("/compte/"):
            return self.get_response(request)
        if isinstance(request.user, User) and not is_mfa_enabled(request.user):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
