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
from diaphane.acquisition.queries import get_exam, list_expected_under, list_receiving
from diaphane.imaging.announcing import list_unmatched_steps
from diaphane.imaging.matching import Likeness as Traits
from diaphane.imaging.matching import compare_patient
from diaphane.imaging.models import (
    Move,
    MoveState,
    PerformedProcedureStep,
    Reconciliation,
    ReconciliationState,
    Study,
)
from diaphane.imaging.move_queries import find_proposal, list_recent_moves, map_proposals
from diaphane.imaging.operations import attach_study, set_arrival_aside
from diaphane.imaging.queries import SeriesSummary, list_reconciliations
from diaphane.imaging.waiting import get_reconciliation, list_series_of
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.acts.header_words import read_date, show_raw_name, spell_name, spell_sex
from diaphane.web.roles import needs

from .conflicts import ChoiceForm, gather_twice, show_conflict
from .forms import ReasonForm


@dataclass(frozen=True)
class Likeness:
    """One exam of the site beside what came: which traits agree. A help to compare, never a choice."""

    exam: Exam
    traits: Traits
    same_accession: bool

    @property
    def is_likely(self) -> bool:
        """Say whether identifier with its issuer and accession number are this exam's: never enough alone."""
        return bool(self.traits.identifier) and self.same_accession

    @property
    def rank(self) -> tuple[bool, ...]:
        """Return what puts an exam before another: what agrees."""
        traits = self.traits
        agreeing = (traits.identifier, traits.birth_date, traits.name)
        return (self.is_likely, self.same_accession, *map(bool, agreeing))


MOST_MOVES = 20
STEPS_KEEP = timedelta(days=7)
"""How long a step that belongs to no exam is shown; it is kept longer."""


@dataclass(frozen=True)
class PerformedLine:
    """One step that a device says it performed, and whom it names."""

    step: PerformedProcedureStep

    @property
    def patient_name(self) -> str:
        """Return the name that the device was given."""
        return spell_name(self._received)

    @property
    def raw_name(self) -> str:
        """Return the same name as it was received, where it reads otherwise."""
        return show_raw_name(self._received)

    @property
    def _received(self) -> str:
        return str(self.step.data_set.get("PatientName", ""))


@dataclass(frozen=True)
class Waiting:
    """One arrival as a page shows it: why it waits, and what it holds."""

    arrival: Reconciliation
    series: list[SeriesSummary]
    proposal: Move | None = None
    likely: Likeness | None = None

    @property
    def sex(self) -> str:
        """Return the sex that the images carry, in words."""
        return spell_sex(self.arrival.study.patient_sex)

    @property
    def patient_name(self) -> str:
        """Return the name that the images carry."""
        return spell_name(self.arrival.study.patient_name)

    @property
    def raw_name(self) -> str:
        """Return the same name as it was received, where it reads otherwise."""
        return show_raw_name(self.arrival.study.patient_name)

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
    is_compared = forms.BooleanField(required=False)

    def read_act(self) -> UUID:
        """Return the exam that the person chose.

        Raises:
            GuardError: none was chosen, or nobody compared.
        """
        chosen = self.cleaned_data.get("act") if self.is_valid() else None
        if not isinstance(chosen, UUID):
            raise GuardError(
                _("No exam is chosen."),
                [Missing("R40", _("The exam that these images belong to"), _("You"), field="act")],
            )
        if not self.cleaned_data["is_compared"]:
            what = _("Name, birth date and sex compared with the patient's")
            raise GuardError(_("Nothing was attached."), [Missing("R40", what, _("You"), "is_compared")])
        return chosen


@require_safe
@needs("images.waiting")
def list_(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first, what came twice, and what modalities say they performed for no exam."""
    actor = require_actor(request)
    arrivals = list(list_reconciliations(actor))
    found = [each for each in arrivals if each.reason != Reconciliation.Reason.CONFLICT]
    twice = gather_twice((each for each in arrivals if each not in found), actor)
    proposals = map_proposals([each.study_id for each in found])
    waiting = [
        Waiting(
            each,
            list_series_of(each.study),
            proposals.get(each.study_id),
            _find_likely(each.study, actor),
        )
        for each in found
    ]
    steps = [PerformedLine(each) for each in list_unmatched_steps(actor, since=now() - STEPS_KEEP)]
    moves = list_recent_moves(actor, most=MOST_MOVES)
    context = {"waiting": waiting, "twice": twice, "steps": steps, "moves": moves}
    return render(request, "technologist/reconciliation.html", context)


@require_safe
@needs("images.waiting")
def arrival(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Show what came, as it came, beside the exams of the site."""
    actor = require_actor(request)
    found = get_reconciliation(reconciliation_id, actor=actor)
    if found.reason == Reconciliation.Reason.CONFLICT:
        return show_conflict(request, found, actor)
    context = {
        "arrival": found,
        "study": found.study,
        "what": Waiting(found, list_series_of(found.study)),
        "is_waiting": found.state == ReconciliationState.WAITING,
        "likenesses": _compare(found.study, actor),
        "proposal": find_proposal(found.study),
        "list_url": reverse("technologist:reconciliation"),
    }
    return render(request, "technologist/arrival.html", context)


@require_POST
@needs("images.waiting", "reconciliation.attach")
def attach(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Attach the images to the exam that a person chose, with the reason."""
    actor, form = require_actor(request), AttachForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    exam = get_exam(form.read_act(), actor=actor)
    move = attach_study(study=found.study, act=exam.act, reason=form.read_reason(), by=actor, at=now())
    if move.state == MoveState.PROPOSED:
        return go(request, reverse("technologist:arrival", args=[found.pk]))
    return go(request, reverse("technologist:exam", args=[exam.act_id]))


@require_POST
@needs("reconciliation.set_aside")
def set_aside(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Take the images off the list: kept, attached to nothing, with the reason."""
    actor, form = require_actor(request), ChoiceForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    set_arrival_aside(
        arrival=found, reason=form.read_reason(), by=actor, at=now(), is_for_series=form.read_scope()
    )
    return go(request, reverse("technologist:reconciliation"))


def _compare(study: Study, actor: Actor) -> list[Likeness]:
    """List the exams that may be concerned, those that agree most first; none is chosen (R40)."""
    exams = {each.pk: each for each in list_receiving(actor)}
    exams |= {each.pk: each for each in list_expected_under(study.accession_number, actor=actor)}
    return sorted((_liken(study, each) for each in exams.values()), key=lambda each: each.rank, reverse=True)


def _find_likely(study: Study, actor: Actor) -> Likeness | None:
    """Return the expected exam whose accession number and identified patient the images carry, if any."""
    found = (_liken(study, each) for each in list_expected_under(study.accession_number, actor=actor))
    return next((each for each in found if each.is_likely), None)


def _liken(study: Study, exam: Exam) -> Likeness:
    return Likeness(
        exam=exam,
        traits=compare_patient(study, exam.act.patient),
        same_accession=study.accession_number == exam.act.accession_number,
    )
