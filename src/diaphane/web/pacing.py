"""Keep each caller of a page at its pace: a person by their account, a visitor by browser or by address."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from diaphane.accounts.devices import read_device
from diaphane.accounts.operations import digest_of
from diaphane.kernel.actors import Actor
from diaphane.kernel.origin import find_neighbourhood
from diaphane.kernel.paces import (
    HEAVY,
    IMAGES,
    MAILED_LINKS,
    PAGES,
    SEARCHES,
    VISITORS,
    Pace,
    TooOftenError,
    keep_pace,
)

from .refusals import refuse

PACES: Mapping[str, Pace] = {
    **dict.fromkeys(("requesting:find_patient", "identities:find", "directory:find"), SEARCHES),
    **dict.fromkeys(("films:films", "films:pieces", "films:picture", "viewer:part"), IMAGES),
    **dict.fromkeys(("outside:films", "outside:pieces", "outside:picture"), IMAGES),
    **dict.fromkeys(("copies:take", "patient:take_copy", "patient:ask_data", "patient:data_file"), HEAVY),
    **dict.fromkeys(("privacy:ask_export", "privacy:export_file", "sharing:links"), HEAVY),
    "entrance:ask": MAILED_LINKS,
}
"""By the name of an address; the others are pages."""


class PaceMiddleware:
    """Answer 429 to who goes too fast, with the time to wait. Interfaces keep theirs (``interface``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
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
        """Count the request before anything is done for it."""
        if getattr(view_func, "keeps_pace", False):
            return None
        actor = getattr(request, "actor", None)
        try:
            keep_pace(_choose_pace(request, actor), _name_caller(request, actor))
        except TooOftenError as error:
            response = refuse(request, error.message, status=error.status_code)
            response["Retry-After"] = str(error.retry_after)
            return response
        return None


def _choose_pace(request: HttpRequest, actor: Actor | None) -> Pace:
    """Return the pace of an address; a visitor, sent to the login by most, has their own there."""
    pace = PACES.get(request.resolver_match.view_name) if request.resolver_match else None
    if pace is None or (actor is None and pace not in (IMAGES, MAILED_LINKS)):
        return PAGES if actor else VISITORS
    return pace


def _name_caller(request: HttpRequest, actor: Actor | None) -> Hashable:
    """Return what a request counts against: nobody can spend what is a person's or a known browser's own."""
    if actor is not None:
        return actor.id
    device = read_device(request)
    return f"browser {digest_of(device)[:16]}" if device else find_neighbourhood()
