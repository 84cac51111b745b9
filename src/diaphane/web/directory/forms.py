"""What is typed about people, proofs and structures; what is owed is said by operations, not by fields."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role
from diaphane.organisations.documents import LARGEST
from diaphane.organisations.holidays_of import HolidayZone
from diaphane.organisations.models import Credential
from diaphane.organisations.proving import Proof
from diaphane.web.acts.forms import text

_ROLES = [(role.value, role.label) for role in Role if role in PROFESSIONAL_ROLES]
ACCEPTED = "application/pdf,image/jpeg,image/png"


def day(label: Any, *, hint: Any = "") -> forms.DateField:
    """Return a field for one day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


def document(*, is_required: bool) -> forms.FileField:
    """Return a field for a PDF or an image."""
    return forms.FileField(
        label=_("Document"),
        help_text=_("PDF, JPEG or PNG, 10 MB at most"),
        required=is_required,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


def read_bytes(upload: UploadedFile | None) -> bytes:
    """Return what was sent, cut just past the largest size: what is longer is refused by its length."""
    return bytes(upload.read(LARGEST + 1)) if upload else b""


class PeopleForm(forms.Form):
    """Words, and a role to narrow the list to."""

    words = forms.CharField(label=_("Name, RPPS or speciality"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *_ROLES])


class ProofForm(forms.Form):
    """A proof that one brings of oneself."""

    kind = forms.ChoiceField(label=_("What it proves"), choices=Credential.Kind.choices)
    reference = forms.CharField(label=_("Number or reference"), required=False, max_length=80)
    issuer = forms.CharField(label=_("Issued by"), max_length=150)
    issued_on = day(_("Issued on"))
    expires_on = day(_("Runs until"), hint=_("Leave empty for a diploma or a registration without an end"))
    document = document(is_required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].required = False

    def read(self) -> Proof:
        """Return what was typed, once valid."""
        given = self.cleaned_data
        return Proof(
            kind=Credential.Kind(given["kind"]),
            reference=given["reference"].strip(),
            issuer=given["issuer"].strip(),
            issued_on=given["issued_on"],
            expires_on=given["expires_on"],
        )


class NumberForm(forms.Form):
    """The national number, the speciality and the telephone of a person."""

    rpps = forms.CharField(label="RPPS", required=False, max_length=20, help_text=_("11 digits"))
    speciality = forms.CharField(label=_("Speciality or profession"), required=False, max_length=120)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rpps"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


class RefusalForm(forms.Form):
    """Why a proof is refused."""

    reason = text(_("Why"), longest=300)


class StructureForm(forms.Form):
    """How a structure is reached, and which public holidays its territory keeps."""

    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)
    email = forms.EmailField(
        label=_("Address of the lead technologist"),
        required=False,
        help_text=_("Told, without any health data, when the gateway needs a person"),
    )
    holiday_zone = forms.ChoiceField(
        label=_("Public holidays"),
        required=False,
        choices=HolidayZone.choices,
        help_text=_("Of the territory"),
    )
