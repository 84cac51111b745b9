"""Approve a version, withdraw it, commit to it: each by name (R17, R27)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.papers.writing import approve_paper, pledge_paper, withdraw_paper
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import WithdrawalForm


@require_POST
@needs("paper.see", "paper.approve")
def approve(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Approve what another person wrote."""
    approve_paper(paper_id=paper_id, by=require_actor(request), at=now())
    return _back(request, paper_id)


@require_POST
@needs("paper.see", "paper.withdraw")
def withdraw(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Withdraw a version, with the reason."""
    form = WithdrawalForm(request.POST)
    reason = str(form.cleaned_data["reason"]) if form.is_valid() else ""
    withdraw_paper(paper_id=paper_id, reason=reason, by=require_actor(request), at=now())
    return _back(request, paper_id)


@require_POST
@needs("paper.see", "paper.pledge")
def pledge(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Commit to a charter."""
    pledge_paper(paper_id=paper_id, by=require_actor(request), at=now())
    return _back(request, paper_id)


def _back(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    return go(request, reverse("papers:version", args=[paper_id]))
