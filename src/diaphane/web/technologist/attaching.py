"""Images that belong to no exam yet: a person compares, chooses and says why; nothing is guessed (R40)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import get_exam, list_receiving
from diaphane.imaging.announcing import list_unmatched_steps
from diaphane.imaging.matching import has_same_name
from diaphane.imaging.models import PerformedProcedureStep, Reconciliation, ReconciliationState, Study
from diaphane.imaging.operations import attach_study, set_arrival_aside
from diaphane.imaging.queries import SeriesSummary, list_reconciliations
from diaphane.imaging.waiting import get_reconciliation, list_series_of
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.acts.header_words import read_date, spell_name
from diaphane.web.roles import for_roles

from .forms import ReasonForm


@dataclass(frozen=True)
class Likeness:
    """One exam of the site beside what came: which traits agree. A help to compare, never a choice."""

    exam: Exam
    same_name: bool
    same_birth_date: bool
    same_accession: bool


STEPS_KEEP = timedelta(days=7)
"""How long a step that belongs to no exam is shown; it is kept longer."""


@dataclass(frozen=True)
class PerformedLine:
    """One step that a device says it performed, and whom it names."""

    step: PerformedProcedureStep

    @property
    def patient_name(self) -> str:
        """Return the name that the device was given."""
        return spell_name(str(self.step.data_set.get("PatientName", "")))


@dataclass(frozen=True)
class Waiting:
    """One arrival as a page shows it: why it waits, and what it holds."""

    arrival: Reconciliation
    series: list[SeriesSummary]

    @property
    def patient_name(self) -> str:
        """Return the name that the images carry."""
        return spell_name(self.arrival.study.patient_name)

    @property
    def images(self) -> int:
        """Count its images."""
        return sum(each.received for each in self.series)

    @property
    def birth_date(self) -> date | None:
        """Return the birth date that the images carry, or None when it is no date."""
        return read_date(self.arrival.study.patient_birth_date)


class AttachForm(ReasonForm):
    """Which exam, and why."""

    act = forms.UUIDField(required=False)

    def read_act(self) -> UUID:
        """Return the exam that the person chose.

        Raises:
            GuardError: none was chosen.
        """
        chosen = self.cleaned_data.get("act") if self.is_valid() else None
        if not isinstance(chosen, UUID):
            raise GuardError(
                _("No exam is chosen."),
                [Missing("R40", _("The exam that these images belong to"), _("You"), field="act")],
            )
        return chosen


@require_safe
@for_roles(Role.TECHNOLOGIST)
def list_(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first, and what modalities say they performed for no exam."""
    actor = require_actor(request)
    waiting = [Waiting(each, list_series_of(each.study)) for each in list_reconciliations(actor)]
    steps = [PerformedLine(each) for each in list_unmatched_steps(actor, since=now() - STEPS_KEEP)]
    return render(request, "technologist/reconciliation.html", {"waiting": waiting, "steps": steps})


@require_safe
@for_roles(Role.TECHNOLOGIST)
def arrival(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Show what came, as it came, beside the exams of the site."""
    actor = require_actor(request)
    found = get_reconciliation(reconciliation_id, actor=actor)
    context = {
        "arrival": found,
        "study": found.study,
        "what": Waiting(found, list_series_of(found.study)),
        "is_waiting": found.state == ReconciliationState.WAITING,
        "is_conflict": found.reason == Reconciliation.Reason.CONFLICT,
        "likenesses": _compare(found.study, actor),
        "list_url": reverse("technologist:reconciliation"),
    }
    return render(request, "technologist/arrival.html", context)


@require_POST
@for_roles(Role.TECHNOLOGIST)
def attach(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Attach the images to the exam that a person chose, with the reason."""
    actor, form = require_actor(request), AttachForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    exam = get_exam(form.read_act(), actor=actor)
    attach_study(study=found.study, act=exam.act, reason=form.read_reason(), by=actor, at=now())
    return go(request, reverse("technologist:exam", args=[exam.act_id]))


@require_POST
@for_roles(Role.TECHNOLOGIST)
def set_aside(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Take the images off the list: kept, attached to nothing, with the reason."""
    actor, form = require_actor(request), ReasonForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    set_arrival_aside(arrival=found, reason=form.read_reason(), by=actor, at=now())
    return go(request, reverse("technologist:reconciliation"))


def _compare(study: Study, actor: Actor) -> list[Likeness]:
    """List the exams that may be concerned, those that agree most first."""
    found = [_liken(study, exam) for exam in list_receiving(actor)]
    return sorted(
        found, key=lambda each: (each.same_accession, each.same_birth_date, each.same_name), reverse=True
    )


def _liken(study: Study, exam: Exam) -> Likeness:
    patient = exam.act.patient
    return Likeness(
        exam=exam,
        same_name=has_same_name(study.patient_name, patient),
        same_birth_date=study.patient_birth_date == patient.birth_date.strftime("%Y%m%d"),
        same_accession=study.accession_number == exam.act.accession_number,
    )
