"""One's own professional file: what is in order, what is missing, and bringing a proof (R18–R20, R24)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.organisations.choosing import choose_role
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.people import get_myself
from diaphane.organisations.proving import deposit_credential
from diaphane.organisations.queries import list_credentials, list_memberships
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .forms import ProofForm, read_bytes


@require_safe
@needs("credential.deposit")
def myself(request: HttpRequest) -> HttpResponse:
    """Show one's own file."""
    return render(request, "directory/myself.html", _describe(request, ProofForm()))


@require_POST
@needs("credential.deposit")
def deposit(request: HttpRequest) -> HttpResponse:
    """Bring a proof; another person checks it."""
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid():
        template = "directory/_proof_form.html" if is_fragment(request) else "directory/myself.html"
        return render(request, template, _describe(request, form))
    document = read_bytes(form.cleaned_data["document"])
    deposit_credential(proof=form.read(), document=document, by=require_actor(request), at=now())
    return go(request, reverse("directory:myself"))


@require_POST
@needs("role.choose")
def choose(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Act in another of one's roles, from its first page."""
    by = require_actor(request)
    choose_role(membership_id=membership_id, session=request.session, by=by, at=now())
    return go(request, reverse("home"))


def _describe(request: HttpRequest, form: ProofForm) -> dict[str, object]:
    actor, today = require_actor(request), timezone.localdate()
    return {
        "person": get_myself(actor, on=today),
        "credentials": list_credentials(actor.id, actor=actor),
        "memberships": list_memberships(actor.id),
        "form": form,
        "today": today,
    }
