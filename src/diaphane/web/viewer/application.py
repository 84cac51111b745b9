"""Serve OHIF below its own path, under its own policy, to those who are logged in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor

from .configuration import write_configuration
from .parts import (
    ViewerAbsentError,
    get_folder,
    get_media_type,
    is_immutable,
    list_parts,
    read_compressed,
    read_index,
    read_part,
)
from .policy import WORKER_POLICY, make_policy, rewrite_index

STYLE = "diaphane/ohif.css"
POLICY = "Content-Security-Policy"
_A_YEAR = 365 * 24 * 3600


@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """Serve the viewer's page; which study it opens is in its query, and the rights are DICOMweb's."""
    try:
        published = read_index(get_folder())
    except ViewerAbsentError:
        return render(request, "viewer/absent.html", status=503)
    page = rewrite_index(published, language=get_language() or "fr", title=_("Images"), style=static(STYLE))
    response = HttpResponse(page)
    response[POLICY] = make_policy(page)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """Serve the viewer's configuration, with the tools that whoever looks may use."""
    marks = may(require_actor(request), "images.mark")
    response = HttpResponse(write_configuration(marks=marks), content_type="text/javascript")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """Serve one published file; its policy is the one under which its workers run."""
    path = list_parts(get_folder()).get(name)
    if path is None:
        raise Http404
    accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    compressed = read_compressed(name, path) if accepts_gzip else None
    response = HttpResponse(compressed or read_part(path), content_type=get_media_type(path))
    if compressed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"private, max-age={_A_YEAR}, immutable" if is_immutable(name) else "no-cache"
    response[POLICY] = WORKER_POLICY
    return response
