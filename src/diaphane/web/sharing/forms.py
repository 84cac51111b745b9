"""What is asked before an exam is shown outside: to whom, why, for how long, and what the patient said."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django import forms
from django.template.defaultfilters import date as spell_date
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import GuardError
from diaphane.sharing.models import SharedLink
from diaphane.sharing.terms import AGREEMENT_MISSING, DURATIONS, Recipient, Terms
from diaphane.web.copies.pages import Copyable

_SPELLED = dict(zip(DURATIONS, (_("24 hours"), _("3 days"), _("7 days")), strict=True))


class ShareForm(forms.Form):
    """One link. ``number`` is drawn with the form, so that it makes one link, however often it is sent."""

    number = forms.UUIDField(widget=forms.HiddenInput)
    study = forms.UUIDField(label=_("Which images"), widget=forms.RadioSelect)
    recipient_name = forms.CharField(label=_("Who will see them: title and name"), max_length=120)
    recipient_profession = forms.CharField(label=_("Profession or speciality"), max_length=80)
    recipient_structure = forms.CharField(label=_("Hospital or practice"), max_length=120)
    recipient_email = forms.EmailField(
        label=_("Professional e-mail address"),
        help_text=_("The mail holds a link, and nothing on the patient."),
    )
    purpose = forms.CharField(
        label=_("Why you show them"),
        max_length=300,
        help_text=_("Kept in the exam's history, and read by your colleague."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        choices=_SPELLED.items(),
        coerce=int,
        initial=DURATIONS[0],
        widget=forms.RadioSelect,
    )
    with_report = forms.BooleanField(
        label=_("Also show the report of this exam, once it is signed"), required=False
    )
    agreement = forms.ChoiceField(
        label=_("What did the patient say?"),
        choices=SharedLink.Agreement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": AGREEMENT_MISSING},
        help_text=_(
            "Your colleague is not of the care team: what they see needs the patient's agreement. "
            "Without it, nothing is sent."
        ),
    )

    def __init__(self, data: object = None, *, studies: Sequence[Copyable]) -> None:
        chosen = str(studies[0].study.pk) if studies else ""
        super().__init__(data, initial={"number": uuid4(), "study": chosen})  # type: ignore[arg-type]
        choices = [(str(each.study.pk), _spell(each)) for each in studies]
        self.fields["study"].widget.choices = choices

    def read_study(self) -> UUID:
        """Return the study that was chosen."""
        return UUID(str(self.cleaned_data["study"]))

    def read_recipient(self) -> Recipient:
        """Return to whom it is shown."""
        said = self.cleaned_data
        names = ("name", "profession", "structure", "email")
        return Recipient(**{name: said[f"recipient_{name}"] for name in names})

    def read_terms(self) -> Terms:
        """Return under which terms."""
        said = self.cleaned_data
        return Terms(said["purpose"], said["hours"], said["with_report"], said["agreement"])

    def refuse(self, error: GuardError) -> None:
        """Say at each field what the operation still waits for."""
        for each in error.missing:
            self.add_error(each.field or None, str(each.what))


class LinkChoiceForm(forms.Form):
    """Which link is meant."""

    link = forms.UUIDField(required=False)

    def read_link(self) -> UUID:
        """Return what the page names; a name that makes no sense is nobody's."""
        found = self.cleaned_data.get("link") if self.is_valid() else None
        return found if isinstance(found, UUID) else UUID(int=0)


def _spell(each: Copyable) -> str:
    day = spell_date(each.made_on, "d/m/Y") if each.made_on else ""
    kind = str(_("earlier images")) if each.is_prior else ""
    return " · ".join(part for part in (each.label, day, kind) if part)
