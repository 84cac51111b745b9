"""An image that came twice: both pictures side by side, what differs in words, and a person chooses (R40)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.models import Act
from diaphane.imaging.conflicts import (
    Conflict,
    Version,
    compare_versions,
    find_conflict,
    is_of_the_same,
    list_alike,
    read_aside,
    render_version,
)
from diaphane.imaging.exchanging import take_first_again, take_second
from diaphane.imaging.keeping import UnreadableObjectError
from diaphane.imaging.models import Reconciliation, ReconciliationState, Series
from diaphane.imaging.operations import record_study_view
from diaphane.imaging.queries import SeriesSummary
from diaphane.imaging.waiting import get_reconciliation
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.sameness import Difference

from .difference_words import say_difference
from .forms import ReasonForm


@dataclass(frozen=True)
class Twice:
    """An image that came twice, or the first of a series, as a card names it: number, series and exam."""

    arrival: Reconciliation
    conflict: Conflict | None
    images: int = 1
    """How many of its series came twice and wait with it, itself counted."""

    @property
    def act(self) -> Act | None:
        """Return the act of its exam, or None where its study waits itself."""
        return self.arrival.study.act

    @property
    def number(self) -> int | None:
        """Return its number in its series."""
        return self.conflict.shown.number if self.conflict else None

    @property
    def series(self) -> str:
        """Return the name of its series."""
        return _name_series(self.conflict.shown.series) if self.conflict else ""


def gather_twice(arrivals: Iterable[Reconciliation], actor: Actor) -> list[Twice]:
    """Gather the images that came twice by series, the oldest first; what is not open to them stays alone."""
    first: dict[object, Twice] = {}
    for each in arrivals:
        conflict = find_conflict(each, actor=actor)
        key = conflict.shown.series_id if conflict else each.pk
        found = first.get(key)
        first[key] = replace(found, images=found.images + 1) if found else Twice(each, conflict)
    return list(first.values())


class ChoiceForm(ReasonForm):
    """Which decision, why, and whether it holds for the other images of the series."""

    is_for_series = forms.BooleanField(required=False)

    def read_scope(self) -> bool:
        """Tell whether the whole series is meant."""
        return bool(self.cleaned_data.get("is_for_series"))


@dataclass(frozen=True)
class SideBySide:
    """Both versions of an image, and what may be chosen."""

    conflict: Conflict
    others: int
    """How many other images of the series await, or had, the same decision."""

    @cached_property
    def difference(self) -> Difference:
        """Compare them, once."""
        return compare_versions(self.conflict)

    @cached_property
    def words(self) -> list[str]:
        """Say what differs."""
        return say_difference(self.difference)

    @cached_property
    def frame(self) -> int:
        """Return the first frame that differs, or the first of all."""
        return (self.difference.frames or (1,))[0]

    @property
    def pictures(self) -> list[dict[str, str]]:
        """Name the two versions, the one that the exam shows first."""
        first, second = _("First received"), _("Second received")
        if self.conflict.arrival.state == ReconciliationState.ATTACHED:
            first, second = second, first
        return [
            {"which": Version.SHOWN, "title": _("%(version)s: shown in the exam") % {"version": first}},
            {"which": Version.ASIDE, "title": _("%(version)s: kept aside") % {"version": second}},
        ]

    @cached_property
    def is_takeable(self) -> bool:
        """Say whether the version kept aside names the same patient, study and series."""
        try:
            return is_of_the_same(read_aside(self.conflict), self.conflict.shown)
        except (OSError, UnreadableObjectError):
            return False


def show_conflict(request: HttpRequest, arrival: Reconciliation, actor: Actor) -> HttpResponse:
    """Show both versions, unless the exam is closed to the reader."""
    conflict = find_conflict(arrival, actor=actor)
    if conflict is not None:
        record_study_view(study=arrival.study, by=actor, at=now())
    context = {
        "arrival": arrival,
        "twice": Twice(arrival, conflict),
        "beside": SideBySide(conflict, len(list_alike(conflict, actor=actor))) if conflict else None,
        "is_waiting": arrival.state == ReconciliationState.WAITING,
        "is_exchanged": arrival.state == ReconciliationState.ATTACHED,
        "list_url": reverse("technologist:reconciliation"),
    }
    return render(request, "technologist/conflict.html", context)


@require_safe
@needs("images.waiting", "images.view")
def version(request: HttpRequest, reconciliation_id: UUID, which: str, frame: int) -> HttpResponse:
    """Give one frame of one version as a JPEG, kept by no browser: the two may change places."""
    actor = require_actor(request)
    conflict = find_conflict(get_reconciliation(reconciliation_id, actor=actor), actor=actor)
    if conflict is None or which not in set(Version):
        raise Http404
    try:
        picture = render_version(conflict, Version(which), frame=frame)
    except (OSError, UndecodableFrameError, UnreadableObjectError) as error:
        raise Http404 from error
    if picture is None:
        raise Http404
    record_study_view(study=conflict.arrival.study, by=actor, at=now())
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@require_POST
@needs("reconciliation.exchange")
def exchange(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Take the second version in place of the first, with the reason."""
    actor, form = require_actor(request), ChoiceForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    take_second(arrival=found, reason=form.read_reason(), by=actor, at=now(), is_for_series=form.read_scope())
    return go(request, reverse("technologist:arrival", args=[found.pk]))


@require_POST
@needs("reconciliation.give_back")
def give_back(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Take the first version again, with the reason."""
    actor, form = require_actor(request), ChoiceForm(request.POST)
    found = get_reconciliation(reconciliation_id, actor=actor)
    take_first_again(
        arrival=found, reason=form.read_reason(), by=actor, at=now(), is_for_series=form.read_scope()
    )
    return go(request, reverse("technologist:arrival", args=[found.pk]))


def _name_series(series: Series) -> str:
    return SeriesSummary("", series.modality, series.number, series.description, 0, 0).name
