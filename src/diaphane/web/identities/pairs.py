"""Two identities side by side: merge, say apart, review, undo; each with a reason (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.doubles import list_pairs
from diaphane.patients.merging import compare_again, merge_pair, review_pair, set_pair_apart, unmerge_pair
from diaphane.patients.models import PairState
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .describing import compare_traits, describe_sides
from .forms import MergeForm, ReasonForm


@require_safe
@needs("identity.see")
def pair(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Show both identities, why they were brought together, and what may be decided."""
    actor = require_actor(request)
    found = list_pairs(actor).get(pk=pair_id)
    for each in found.patients:
        subject = Subject("identity_pair", found.pk, patient_id=each.pk)
        record_view("identity_pair", by=actor, at=now(), subject=subject)
    first, second = describe_sides(found, actor=actor)
    context = {
        "pair": found,
        "sides": (first, second),
        "lines": compare_traits(first, second),
        "is_proposed": found.state == PairState.PROPOSED,
        "is_merged": found.state in (PairState.MERGED, PairState.REVIEWED),
        "may_review": found.state == PairState.MERGED and found.decided_by_id != actor.id,
        "form": ReasonForm(),
    }
    return render(request, "identities/pair.html", context)


@require_POST
@needs("identity_pair.merge")
def merge(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Merge both into the identity that was chosen."""
    form = MergeForm(request.POST)
    merge_pair(
        pair_id=pair_id,
        survivor_id=form.read_survivor(),
        reason=form.words(),
        by=require_actor(request),
        at=now(),
    )
    return go(request, reverse("identities:pair", args=[pair_id]))


@require_POST
@needs("identity_pair.set_apart")
def set_apart(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Say that they are two persons."""
    reason = ReasonForm(request.POST).words()
    set_pair_apart(pair_id=pair_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("identities:list"))


@require_POST
@needs("identity_pair.compare_again")
def compare(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Compare again two identities that were said to be two persons."""
    reason = ReasonForm(request.POST).words()
    compare_again(pair_id=pair_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("identities:pair", args=[pair_id]))


@require_POST
@needs("identity_pair.review")
def review(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Confirm a merge, as a second person."""
    review_pair(pair_id=pair_id, by=require_actor(request), at=now())
    return go(request, reverse("identities:list"))


@require_POST
@needs("identity_pair.unmerge")
def unmerge(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Undo a merge: each identity finds again what was its own."""
    reason = ReasonForm(request.POST).words()
    unmerge_pair(pair_id=pair_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("identities:pair", args=[pair_id]))
