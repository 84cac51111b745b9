"""The link test: the browser measures, in words, before a patient lies on the table (R81)."""

import os
from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.links import (
    GOOD_DOWN_MBPS,
    GOOD_LATENCY_MS,
    GOOD_UP_MBPS,
    get_last_link_test,
    get_valid_link_test,
    record_link_test,
)
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import is_fragment
from diaphane.web.roles import needs

SIZES = (256 * 1024, 4 * 1024 * 1024)
LARGEST_UPLOAD = 4 * 1024 * 1024


class MeasureForm(forms.Form):
    """What the browser measured; what it cannot have measured is turned into a value that is refused."""

    down_mbps = forms.DecimalField(max_digits=12)
    up_mbps = forms.DecimalField(max_digits=12)
    latency_ms = forms.DecimalField(max_digits=12)

    def read(self) -> dict[str, Decimal]:
        """Return the three measures, zero for one that cannot be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, Decimal(0)) for name in self.fields}


@require_safe
@needs("link.test")
def link_test(request: HttpRequest) -> HttpResponse:
    """Show the last test and the button that makes another."""
    back = request.GET.get("retour", "")
    return render(request, "technologist/link_test.html", _context(require_actor(request), back))


@never_cache
@require_safe
@needs("link.test")
def echo(request: HttpRequest) -> HttpResponse:
    """Answer at once, with nothing: the time it takes is the latency."""
    return HttpResponse(status=204)


@never_cache
@require_safe
@needs("link.test")
def download(request: HttpRequest) -> HttpResponse:
    """Send random bytes that nothing on the way can compress or keep; two sizes, no other."""
    is_large = request.GET.get("taille") == "grande"
    return HttpResponse(os.urandom(SIZES[is_large]), content_type="application/octet-stream")


@never_cache
@require_POST
@needs("link.test")
def upload(request: HttpRequest) -> HttpResponse:
    """Read what the browser sends and throw it away."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_UPLOAD:
        return HttpResponse(status=413)
    while request.read(1 << 20):
        continue
    return HttpResponse(status=204)


@require_POST
@needs("link.test")
def keep(request: HttpRequest) -> HttpResponse:
    """Record the test and say in words what it means."""
    actor = require_actor(request)
    if actor.structure_id is not None:
        measured = MeasureForm(request.POST).read()
        record_link_test(structure_id=actor.structure_id, **measured, by=actor, at=now())
    if not is_fragment(request):
        return redirect("technologist:link_test")
    back = request.POST.get("retour", "")
    return render(request, "technologist/_link_result.html", _context(actor, back))


def _context(actor: Actor, back_to: str) -> dict[str, object]:
    site = actor.structure_id
    return {
        "last_link_test": get_last_link_test(site) if site else None,
        "link_test": get_valid_link_test(site) if site else None,
        "good": {"down": GOOD_DOWN_MBPS, "up": GOOD_UP_MBPS, "latency": GOOD_LATENCY_MS},
        **_way_back(back_to),
    }


def _way_back(back_to: str) -> dict[str, str]:
    """Lead back to the exam that the test was made for, else to the day."""
    try:
        act_id = UUID(back_to)
    except ValueError:
        return {
            "back_to": "",
            "back_url": reverse("technologist:board"),
            "back_label": _("Exams of the day"),
        }
    url = reverse("technologist:exam", args=[act_id])
    return {"back_to": str(act_id), "back_url": url, "back_label": _("Back to the exam")}
