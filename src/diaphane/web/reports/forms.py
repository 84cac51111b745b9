"""Forms of the images' check, of the report and of its release."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import TEXT_FIELDS
from diaphane.requests.catalogue import CatalogueExam

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

_LONGEST = 20_000
_PREFIX = "section-"
_TOLD_AT_MOST_AGO = timedelta(days=7)
_CLOCKS_DIFFER = timedelta(minutes=5)


def _words(label: "Words", rows: int = 3, help_text: "Words" = "") -> forms.CharField:
    field = forms.CharField(
        label=label,
        required=False,
        max_length=_LONGEST,
        help_text=help_text,
        error_messages={"max_length": _("This text is too long: it is kept on the page, not in the report.")},
        widget=forms.Textarea(attrs={"rows": rows}),
    )
    field.widget.attrs.pop("maxlength", None)  # a paste cut in silence would lose words
    return field


class VerdictForm(forms.Form):
    """What the imageur says of the images, and why (R88, R95)."""

    VERDICTS = (
        ("accept", _("Accept the images")),
        ("accept_with_reserve", _("Accept with a reserve")),
        ("repeat", _("Ask for more images")),
        ("not_interpretable", _("Refuse to conclude")),
    )
    verdict = forms.ChoiceField(choices=VERDICTS, widget=forms.HiddenInput)
    comment = _words(_("Why"))
    next_step = _words(_("The next step, and who sees to it"))


class TellForm(forms.Form):
    """How the patient learned the result from a person (R89, R90, R100)."""

    how = forms.ChoiceField(
        label=_("How the patient was told"), choices=Report.ToldHow, widget=forms.RadioSelect
    )
    companion = forms.CharField(label=_("Who was with them"), required=False, max_length=150)


class ReportForm(forms.Form):
    """The report as it is typed: one text per section of the exam's template, then its common fields."""

    comparison = _words(_("Earlier exams compared"), 2)
    conclusion = _words(_("Conclusion"), 4)
    next_step = _words(_("Proposed next step"), 2, _("Write “none needed” when nothing follows."))
    criticality = forms.ChoiceField(
        label=_("Is the result critical?"),
        required=False,
        choices=Report.Criticality,
        widget=forms.RadioSelect,
    )
    communicated_to = forms.CharField(label=_("Told to"), required=False, max_length=150)
    communicated_function = forms.CharField(
        label=_("Function on duty"),
        required=False,
        max_length=150,
        help_text=_("The duty phone, not only a name."),
    )
    communicated_at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    communicated_read_back = forms.BooleanField(label=_("Read back and confirmed"), required=False)
    announcement = forms.ChoiceField(
        label=_("Must a person announce it first?"),
        required=False,
        choices=Report.Announcement,
        widget=forms.RadioSelect,
    )
    patient_searched = _words(_("What we were looking for"), 2)
    patient_found = _words(_("What we found"), 2)
    patient_next = _words(_("What comes next"), 2)

    def __init__(
        self, *, exam: CatalogueExam | None, data: Any = None, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data=data, initial=dict(initial or {}))
        self.titles = exam.sections if exam and exam.sections else (str(_("Results")),)
        for number, title in enumerate(self.titles):
            self.fields[f"{_PREFIX}{number}"] = _words(title, 2)

    @classmethod
    def of(cls, report: Report, *, data: Any = None) -> "ReportForm":
        """Build the form of a draft, filled with what was kept."""
        exam = report.act.request.exam
        initial: dict[str, Any] = {name: getattr(report, name) for name in TEXT_FIELDS}
        form = cls(exam=exam, data=data, initial=initial)
        for number, title in enumerate(form.titles):
            form.initial[f"{_PREFIX}{number}"] = report.results.get(title, "")
        return form

    def clean_communicated_at(self) -> datetime | None:
        """Refuse a time that cannot be: in the future, or long before."""
        told: datetime | None = self.cleaned_data["communicated_at"]
        at = now()
        if told is not None and not at - _TOLD_AT_MOST_AGO <= told <= at + _CLOCKS_DIFFER:
            raise forms.ValidationError(_("The time at which it was told is in the future, or too long ago."))
        return told

    @property
    def sections(self) -> list[forms.BoundField]:
        """Return the fields of the results, in the order of the template."""
        return [self[f"{_PREFIX}{number}"] for number in range(len(self.titles))]

    def results(self) -> dict[str, str]:
        """Return the text of each section that is sound, under its printed title."""
        found = {title: self.cleaned_data.get(f"{_PREFIX}{n}") for n, title in enumerate(self.titles)}
        return {title: text for title, text in found.items() if text is not None}

    def values(self) -> Mapping[str, object]:
        """Return the common fields that are sound."""
        return {name: self.cleaned_data[name] for name in TEXT_FIELDS if name in self.cleaned_data}
