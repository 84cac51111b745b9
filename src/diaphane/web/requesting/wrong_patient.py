"""A request for the wrong patient, noticed late: found, chosen, moved with the reason (R40)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.acquisition.wrong_patient import move_to_patient
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.operations import record_search
from diaphane.patients.queries import get_patient
from diaphane.patients.searching import search_patients
from diaphane.requests.models import ExamRequest
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, is_fragment, say_wrong
from diaphane.web.acts.forms import text
from diaphane.web.acts.viewing import show_request
from diaphane.web.roles import needs

from .forms import SearchForm

MOST_SHOWN = 8


class MoveForm(forms.Form):
    """Whose request it really is, and how one knows."""

    patient = forms.UUIDField(
        label=_("The right patient"), error_messages={"required": _("Choose the right patient.")}
    )
    reason = text(_("How you know that it is another patient’s"), longest=300)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.enter_in_error", "patient.search")
def move(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the page; by POST, move the request to the right patient and go to its draft."""
    actor = require_actor(request)
    if request.method != "POST":
        return _show(request, show_request(request, act_id))
    found, form = get_request(act_id, actor=actor), MoveForm(request.POST)
    if not form.is_valid():
        return say_wrong(request, form)
    patient = get_patient(form.cleaned_data["patient"], actor=actor)
    reason = form.cleaned_data["reason"]
    made = move_to_patient(request=found, patient=patient, reason=reason, by=actor, at=now())
    return go(request, reverse("requesting:edit", args=[made.act_id]))


@require_POST
@needs("request.enter_in_error", "patient.search")
def find_right(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the patients of the site that the words fit, the wrong one left out."""
    actor, form = require_actor(request), SearchForm(request.POST)
    found = get_request(act_id, actor=actor)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    patients = search_patients(actor, words=words, most=MOST_SHOWN) if words else []
    record_search(found=len(patients), by=actor, at=now())
    others = [each for each in patients if each.pk != found.act.patient_id]
    if is_fragment(request):
        return render(request, "requesting/_right_patients.html", {"patients": others, "words": words})
    return _show(request, found, patients=others, words=words)


def _show(request: HttpRequest, found: ExamRequest, **shown: object) -> HttpResponse:
    context = {
        "exam_request": found,
        "act": found.act,
        "patient": found.act.patient,
        "search_form": SearchForm(),
        "form": MoveForm(),
        "patients": [],
        "words": "",
    }
    return render(request, "requesting/wrong_patient.html", context | shown)
