"""The trail of a structure for its collector: a FHIR searchset of AuditEvents, page after page (R43, R44)."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from diaphane.acts.queries import list_act_ids_of_structure
from diaphane.audit.models import Seal
from diaphane.audit.operations import Subject, record_view
from diaphane.audit.outside.fhir import describe_entry
from diaphane.audit.queries import list_sealed_of_structure
from diaphane.interop.authentication import interface
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, NotAllowedError

CONTENT_TYPE = "application/fhir+json; fhirVersion=4.0"
PAGE, LARGEST_PAGE = 100, 1000
_LARGEST_POSITION = 2**63 - 1


class WrongParameterError(DiaphaneError):
    """A parameter of the search is not a whole number."""

    status_code = 400


@interface("GET", "HEAD", needs="trace.collect")
def search(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Answer a page of the chain after a position (``_after``), oldest first.

    The next link is always there: at the end it names the same position, where the next call goes on.
    """
    if actor.structure_id is None:
        raise NotAllowedError(_("This interface is not open to this role."))
    after, count = (
        _read(request, "_after", 0, _LARGEST_POSITION),
        _read(request, "_count", PAGE, LARGEST_PAGE),
    )
    record_view("trail", by=actor, at=now(), subject=Subject("trail", actor.id))
    acts = list_act_ids_of_structure(actor.structure_id)
    found = list(list_sealed_of_structure(actor.structure_id, act_ids=acts, after=after)[:count])
    last = found[-1].position if found else after
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [
            {"relation": "self", "url": _link(after, count)},
            {"relation": "next", "url": _link(last, count)},
        ],
        "entry": [_describe(each) for each in found],
    }
    if not found:
        del bundle["entry"]  # FHIR has no empty list
    return JsonResponse(bundle, content_type=CONTENT_TYPE, headers={"Cache-Control": "private, no-store"})


def _describe(seal: Seal) -> dict[str, object]:
    return {
        "fullUrl": f"urn:diaphane:trace:{seal.entry_id}",
        "resource": describe_entry(seal.entry),
        "search": {"mode": "match"},
    }


def _link(after: int, count: int) -> str:
    query = urlencode({"_after": after, "_count": count})
    return f"{settings.BASE_URL}{reverse('fhir:audit_events')}?{query}"


def _read(request: HttpRequest, name: str, default: int, largest: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_POSITION):
        raise WrongParameterError(_("%(name)s is a whole number.") % {"name": name})
    return min(int(text), largest)
