"""Pages for what Django itself refuses, and the fresh token of a page whose session came back."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache

from diaphane.kernel.errors import Missing


def refuse(
    request: HttpRequest, message: str | Promise, *, status: int, missing: tuple[Missing, ...] = ()
) -> HttpResponse:
    """Explain a refusal: a fragment for htmx, which shows it where the person is, else a page."""
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "refusals/fragment.html" if is_fragment else "refusals/page.html"
    return render(request, template, {"message": message, "missing": missing}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form is too old: going back keeps its text, and a live page takes a new token itself.

    Logging in from another tab renews the token: what the first tab sends by itself meanwhile comes here.
    """
    if request.headers.get("HX-Request") != "true":
        message = _(
            "This form has expired. Go back, reload the page and send it again: your text is still there."
        )
        return refuse(request, message, status=403)
    if getattr(request, "actor", None) is None:
        return render(request, "refusals/session.html", status=401)
    return render(request, "refusals/stale.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Explain that what was sent is too large or cannot be read; the page that sent it keeps its text."""
    if request.headers.get("HX-Request") != "true":
        return defaults.bad_request(request, exception)
    message = _(
        "What was sent is too large, or cannot be read. Your text is still here: shorten it and send again."
    )
    return refuse(request, message, status=400)


@never_cache
def fresh_token(request: HttpRequest) -> JsonResponse:
    """Give a page that outlived its session a new CSRF token, and say who is logged in now."""
    actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"token": get_token(request), "actor": str(actor.id) if actor else ""})
