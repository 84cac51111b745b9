"""What is said of the information and the agreements, a few touches each (R57–R60)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.consents.answers import Details, is_minor
from diaphane.consents.models import Consent, SheetGiven
from diaphane.kernel.errors import GuardError, Missing
from diaphane.patients.models import Relationship
from diaphane.patients.qualities import Paper, Quality
from diaphane.patients.related_queries import list_answering
from diaphane.web.acts.forms import choice, text

_SUBJECTS = Consent.Subject.choices
_MEANS = [each for each in SheetGiven.Means.choices if each[0] != SheetGiven.Means.SPACE]
_QUALITIES = Consent.Quality
_FOR_A_CHILD = (_QUALITIES.PARENT, _QUALITIES.BOTH_PARENTS, _QUALITIES.GUARDIAN, _QUALITIES.MINOR_ALONE)
_FOR_AN_ADULT = (_QUALITIES.GUARDIAN, _QUALITIES.MANDATE)
Choice = tuple[str, str | Promise]


def list_who(act: Act, known: Iterable[Relationship] = ()) -> list[Choice]:
    """List who may answer: the patient, or who answers for a child or a protected adult, by name first."""
    named: list[Choice] = [(str(each.pk), each.title) for each in known]
    if is_minor(act):
        return named + [(each.value, each.label) for each in _FOR_A_CHILD]
    patient: list[Choice] = [("patient", _("The patient"))]
    return patient + named + [(each.value, each.label) for each in _FOR_AN_ADULT]


def _name_quality(relationship: Relationship) -> str:
    """Return in which quality a known representative answers."""
    if relationship.quality == Quality.PARENT:
        return _QUALITIES.PARENT.value
    is_mandate = relationship.paper == Paper.MANDATE
    return (_QUALITIES.MANDATE if is_mandate else _QUALITIES.GUARDIAN).value


def asked(label: Any, choices: list[Any]) -> forms.ChoiceField:
    """Return a field with a few answers of which one is needed."""
    field = choice(label, choices)
    field.required = field.widget.is_required = True
    return field


class GivingForm(forms.Form):
    """How the sheets were given, and to whom."""

    means = asked(_("How"), _MEANS)
    recipient = asked(_("To whom"), SheetGiven.Recipient.choices)


class AnswerForm(forms.Form):
    """Who answers; read as the source and the details of an answer."""

    who = asked(_("Who answers"), [])
    answered_by = text(
        _("Name of who answers, when it is neither the patient nor somebody named above"),
        hint=_("For a child who comes alone: the adult who is there."),
        longest=200,
    )

    def __init__(self, act: Act, data: Any = None, *, auto_id: str = "id_%s") -> None:
        super().__init__(data, auto_id=auto_id)
        self.is_of_child = is_minor(act)
        self.known = {str(each.pk): each for each in list_answering(act.patient_id, on=localdate())}
        self.fields["who"].choices = list_who(act, self.known.values()) + self._list_others()  # type: ignore[attr-defined]

    def _list_others(self) -> list[Choice]:
        return []

    def read(self) -> dict[str, Any]:
        """Return what was said.

        Raises:
            GuardError: nobody answers, or something that cannot be read.
        """
        if not self.is_valid():
            raise GuardError(_("This answer is not complete."), [self._tell_missing()])
        return self.cleaned_data

    def _tell_missing(self) -> Missing:
        return Missing("R58", _("What was answered, and by whom"), _("You"), field="who")

    def read_source(self) -> str:
        """Return whether the patient answers, or somebody for them."""
        is_own = self.cleaned_data["who"] in {"patient", _QUALITIES.MINOR_ALONE}
        return (Consent.Source.PATIENT if is_own else Consent.Source.REPRESENTATIVE).value

    def read_details(self) -> Details:
        """Return what goes with the answer."""
        given = self.cleaned_data
        known = self.known.get(given["who"])
        quality = _name_quality(known) if known else given["who"]
        return Details(
            quality="" if quality == "patient" else quality,
            answered_by=known.person.display_name if known else given["answered_by"],
            relationship_id=str(known.pk) if known else "",
            form=given.get("manner", ""),
            words=given.get("words", ""),
            alternative=given.get("alternative", ""),
        )


class AgreementForm(AnswerForm):
    """An agreement: to what, by whom, spoken or written."""

    subjects = forms.MultipleChoiceField(
        label=_("Agreement"),
        choices=_SUBJECTS,
        initial=[value for value, _label in _SUBJECTS],
        widget=forms.CheckboxSelectMultiple,
    )
    manner = choice(_("How it was said"), Consent.Form.choices)
    field_order = ("subjects", "who", "answered_by", "manner")

    def _tell_missing(self) -> Missing:
        """Say that an agreement to nothing is none, before who answers."""
        if "subjects" not in self.errors:
            return super()._tell_missing()
        return Missing("R57", _("The exam, the reading at a distance, or both"), _("You"), field="subjects")


class NoForm(AnswerForm):
    """A no, whenever it comes: to what, by whom, and what is done instead."""

    subject = asked(
        _("What they do not want"),
        [
            ("act", _("The exam")),
            ("distance", _("The reading at a distance: the exam, yes, elsewhere or with a radiologist here")),
        ],
    )
    words = text(_("In their words, if they wish"), rows=2)
    alternative = text(
        _("What is done instead"),
        rows=2,
        hint=_("Left blank, the requesting physician owes it within two hours."),
    )
    field_order = ("subject", "who", "answered_by", "words", "alternative")

    def _list_others(self) -> list[Choice]:
        return [("patient", _("The patient"))] if self.is_of_child else []


class ImpossibleForm(forms.Form):
    """Why nobody could be asked."""

    motive = asked(_("Why"), Consent.Motive.choices)
    words = text(_("What was tried, in a few words"), rows=2)

    def read_details(self) -> Details:
        """Return the motive and the words.

        Raises:
            GuardError: no motive of the list, or words that cannot be read.
        """
        if not self.is_valid() or not self.cleaned_data["motive"]:
            raise GuardError(
                _("A reason is needed."),
                [Missing("R59", _("Why the agreement could not be asked for"), _("You"), field="motive")],
            )
        return Details(motive=self.cleaned_data["motive"], words=self.cleaned_data["words"])
