"""Read the protocol book of each site, approve a version or withdraw it (R69, R83)."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.requests.models import SiteProtocol
from diaphane.requests.protocol_book import approve_protocol, get_protocol, list_book, withdraw_protocol
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs


@dataclass(frozen=True)
class SiteBook:
    """The protocols of one site, the last version of each on top."""

    site_name: str
    lines: list["Line"]


@dataclass(frozen=True)
class Line:
    """One version, and where it stands."""

    protocol: SiteProtocol
    standing: str


@require_safe
@needs("protocol.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the books."""
    actor = require_actor(request)
    context = {"books": list_books(actor), "may_write": may(actor, "protocol.write")}
    return render(request, "protocols/list.html", context)


@require_safe
@needs("protocol.see")
def show(request: HttpRequest, protocol_id: UUID) -> HttpResponse:
    """Show one version, and those beside it."""
    actor, found = require_actor(request), find_protocol(request, protocol_id)
    others = [line for book in list_books(actor) for line in book.lines if _is_same(line.protocol, found)]
    context = {
        "protocol": found,
        "line": next(line for line in others if line.protocol.pk == found.pk),
        "versions": others,
        "may_write": may(actor, "protocol.write"),
    }
    return render(request, "protocols/show.html", context)


@require_POST
@needs("protocol.see", "protocol.approve")
def approve(request: HttpRequest, protocol_id: UUID) -> HttpResponse:
    """Approve a version."""
    approve_protocol(protocol=find_protocol(request, protocol_id), by=require_actor(request), at=now())
    return go(request, reverse("protocols:show", args=[protocol_id]))


@require_POST
@needs("protocol.see", "protocol.withdraw")
def withdraw(request: HttpRequest, protocol_id: UUID) -> HttpResponse:
    """Withdraw a version."""
    withdraw_protocol(protocol=find_protocol(request, protocol_id), by=require_actor(request), at=now())
    return go(request, reverse("protocols:show", args=[protocol_id]))


def find_protocol(request: HttpRequest, protocol_id: UUID) -> SiteProtocol:
    """Return one version, or answer that there is none."""
    try:
        return get_protocol(protocol_id, actor=require_actor(request))
    except SiteProtocol.DoesNotExist:
        raise Http404 from None


def list_books(actor: Actor) -> list[SiteBook]:
    """Sort every version open to the actor by site, and say which is in force."""
    books = []
    for _site_id, found in groupby(list_book(actor), key=lambda each: each.site_id):
        lines = _stand(list(found))
        books.append(SiteBook(lines[0].protocol.site.name, lines))
    return books


def _stand(protocols: list[SiteProtocol]) -> list[Line]:
    lines, in_force = [], set()
    for each in protocols:
        key = (each.exam_code, each.title)
        if each.withdrawn_at:
            standing = "withdrawn"
        elif not each.approved_at:
            standing = "written"
        else:
            standing = "replaced" if key in in_force else "in_force"
            in_force.add(key)
        lines.append(Line(each, standing))
    return lines


def _is_same(one: SiteProtocol, other: SiteProtocol) -> bool:
    return (one.site_id, one.exam_code, one.title) == (other.site_id, other.exam_code, other.title)
