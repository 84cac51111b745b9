"""What the checks found in an act's images, as the MERM's card and the imageur's page show it (R88)."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.checking import describe_exam
from diaphane.acquisition.models import Exam
from diaphane.acts.models import Act
from diaphane.imaging.checked import list_series_samples
from diaphane.imaging.checks import Agreement, compare_regions, compare_sides, list_expected
from diaphane.imaging.checks.words import KINDS, word_finding
from diaphane.imaging.finding import Finding
from diaphane.imaging.judging import answer_finding, get_finding, list_findings
from diaphane.imaging.queries import SeriesSummary
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing

from .forms import text


@dataclass(frozen=True)
class FindingLine:
    """One thing found: its words, the series that it is about, and the answer given, if any."""

    finding: Finding
    title: str | Promise
    advice: str | Promise
    who: Promise
    series: str

    @property
    def tone(self) -> str:
        """Return the tone of the line: a settled one is quiet."""
        if self.finding.answered_at:
            return "plain"
        return "stop" if self.finding.is_serious else "care"


@dataclass(frozen=True)
class Comparison:
    """One question that images may answer, agree with, or say nothing of."""

    label: Promise
    answer: Agreement


class AnswerForm(forms.Form):
    """Which finding, and why the images stay as they are."""

    finding = forms.UUIDField()
    reason = text(_("Why the images stay as they are"), rows=3)

    def read(self) -> tuple[UUID, str]:
        """Return both; an empty reason is refused by the operation itself.

        Raises:
            GuardError: the finding is not named, or the reason is too long.
        """
        if not self.is_valid():
            what = _("A finding of this page, and a reason of 5,000 characters at most")
            raise GuardError(_("Nothing was recorded."), [Missing("R88", what, _("You"), field="reason")])
        return self.cleaned_data["finding"], self.cleaned_data["reason"]


def answer(act: Act, form: AnswerForm, *, by: Actor) -> None:
    """Record a person's answer to one finding of an act."""
    finding_id, reason = form.read()
    finding = get_finding(finding_id, act=act, actor=by)
    answer_finding(finding=finding, reason=reason, by=by, at=now())


def describe_findings(exam: Exam, *, series: list[SeriesSummary]) -> dict[str, object]:
    """Return what the shared fragment of the checks needs."""
    lines = list_finding_lines(exam.act, series=series)
    given = describe_exam(exam, list_series_samples(exam.act))
    comparisons = [Comparison(_("Region asked for"), compare_regions(given))]
    if given.side:
        comparisons.append(Comparison(_("Side asked for"), compare_sides(given)))
    return {
        "findings": lines,
        "pending_findings": sum(line.finding.is_pending for line in lines),
        "comparisons": comparisons,
        "expected_series": [(KINDS[kind], is_seen) for kind, is_seen in list_expected(given)],
    }


def list_finding_lines(act: Act, *, series: list[SeriesSummary]) -> list[FindingLine]:
    """List what was found, what is serious and unanswered first."""
    names = {each.uid: each.name for each in series}
    return [_line(each, names.get(each.about, "")) for each in list_findings(act)]


def _line(finding: Finding, series: str) -> FindingLine:
    wording = word_finding(finding.code, finding.about, finding.facts)
    return FindingLine(finding, wording.title, wording.advice, wording.who.label, series)
