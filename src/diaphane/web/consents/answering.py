"""Give the sheets, write an agreement, a no, or why nobody could be asked (R57–R60)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acquisition.withdrawing import withdraw_consent
from diaphane.acts.models import Act
from diaphane.consents.giving import give_sheets, inform_afterwards
from diaphane.consents.models import Consent
from diaphane.consents.operations import record_consent
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import AgreementForm, ImpossibleForm, NoForm


@require_POST
@needs("consent.record", "sheet.give")
def give(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the sheets were given, in the version of now (R67)."""
    means, recipient = request.POST.get("means", ""), request.POST.get("recipient", "")
    by = require_actor(request)
    give_sheets(act=_find(request, act_id), means=means, recipient=recipient, by=by, at=now())
    return _back(request, act_id)


@require_POST
@needs("consent.record")
def agree(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record an agreement: to the exam, to the distance, or to both (R57)."""
    act = _find(request, act_id)
    form = AgreementForm(act, request.POST)
    subjects = form.read()["subjects"]
    with transaction.atomic():
        for subject in subjects:
            record_consent(
                act=act,
                subject=subject,
                outcome=Consent.Outcome.GIVEN,
                source=form.read_source(),
                details=form.read_details(),
                by=require_actor(request),
                at=now(),
            )
    return _back(request, act_id)


@require_POST
@needs("consent.record")
def impossible(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record why neither agreement could be asked for; the patient is informed afterwards (R59)."""
    act, details = _find(request, act_id), ImpossibleForm(request.POST).read_details()
    with transaction.atomic():
        for subject in Consent.Subject.values:
            record_consent(
                act=act,
                subject=subject,
                outcome=Consent.Outcome.IMPOSSIBLE,
                source=Consent.Source.NOBODY,
                details=details,
                by=require_actor(request),
                at=now(),
            )
    return _back(request, act_id)


@require_POST
@needs("consent.record", "consent.withdraw")
def withdraw(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record a no: what has not started stops, and another way is organised (R60)."""
    act = _find(request, act_id)
    form = NoForm(act, request.POST)
    subject = form.read()["subject"]
    withdraw_consent(
        act=act,
        subject=subject,
        source=form.read_source(),
        details=form.read_details(),
        by=require_actor(request),
        at=now(),
    )
    return _back(request, act_id)


@require_POST
@needs("consent.record", "sheet.give")
def inform(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the patient was informed since: the sheets are given, the duty is done (R59)."""
    means, recipient = request.POST.get("means", ""), request.POST.get("recipient", "")
    by = require_actor(request)
    inform_afterwards(act=_find(request, act_id), means=means, recipient=recipient, by=by, at=now())
    return _back(request, act_id)


def _find(request: HttpRequest, act_id: UUID) -> Act:
    return get_request(act_id, actor=require_actor(request)).act


def _back(request: HttpRequest, act_id: UUID) -> HttpResponse:
    return go(request, reverse("consents:agreements", args=[act_id]))
