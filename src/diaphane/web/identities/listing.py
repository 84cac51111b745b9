"""The identities that wait for a person: to compare, to review, to identify; and a search (R40)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from diaphane.admissions.proposing import list_proposals
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.doubles import list_pairs_to_see
from diaphane.patients.operations import record_search
from diaphane.patients.queries import list_uncertain_patients
from diaphane.patients.searching import search_patients
from diaphane.web.acts.answering import is_fragment
from diaphane.web.requesting.forms import SearchForm
from diaphane.web.roles import needs

from .describing import describe_sides

MOST_SHOWN = 20


@require_safe
@needs("identity.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show what waits at the actor's site."""
    empty = {"form": SearchForm(), "words": "", "patients": [], "has_more": False}
    return render(request, "identities/list.html", _describe(request) | empty)


@require_POST
@needs("identity.see")
def find(request: HttpRequest) -> HttpResponse:
    """Show the identities of the site that the words fit; the words never reach an address."""
    actor, form = require_actor(request), SearchForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = search_patients(actor, words=words, most=MOST_SHOWN + 1)
    record_search(found=min(len(found), MOST_SHOWN), by=actor, at=now())
    context = {
        "form": form,
        "words": words,
        "patients": found[:MOST_SHOWN],
        "has_more": len(found) > MOST_SHOWN,
    }
    if is_fragment(request):
        return render(request, "identities/_found.html", context)
    return render(request, "identities/list.html", _describe(request) | context)


def _describe(request: HttpRequest) -> dict[str, object]:
    actor = require_actor(request)
    pairs = [(each, *describe_sides(each, actor=actor)) for each in list_pairs_to_see(actor)]
    return {
        "pairs": pairs,
        "proposals": list_proposals(actor),
        "uncertain": list_uncertain_patients(actor),
    }
