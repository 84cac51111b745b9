"""Recognise a visit by the cookie of its browser: no login, one study, nothing else (R42)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from diaphane.kernel.clock import now
from diaphane.sharing.models import Visit
from diaphane.sharing.opening import Opening
from diaphane.sharing.visiting import find_visit

P = ParamSpec("P")
COOKIE = f"{'__Secure-' if settings.IS_HTTPS else ''}diaphane_visit"
"""Sent below the address of its own link alone: two links stand side by side in one browser."""


def for_visit(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Give a page the visit that goes on; say how to come back when there is none, whatever the reason."""

    @login_not_required
    @wraps(view)
    def guarded(
        request: HttpRequest, /, link_id: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        visit = find_visit(link_id=link_id, key=request.COOKIES.get(COOKIE, ""), at=now())
        if visit is None:
            return render(request, "outside/over.html", status=403)
        return view(request, visit, *args, **kwargs)

    return guarded


def let_in(response: HttpResponseBase, opening: Opening) -> None:
    """Give a browser the key of its visit; it forgets it when it closes."""
    response.set_cookie(
        COOKIE,
        opening.key,
        path=_path_of(opening.visit),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Strict",
    )


def let_out(response: HttpResponseBase, visit: Visit) -> None:
    """Take the key back."""
    response.delete_cookie(COOKIE, path=_path_of(visit), samesite="Strict")


def _path_of(visit: Visit) -> str:
    return reverse("outside:study", args=[visit.link_id])
