"""What is typed to create a structure; what is owed is said by the operation (R18)."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import is_valid_finess
from diaphane.organisations.founding import Foundation
from diaphane.organisations.holidays_of import HolidayZone
from diaphane.organisations.queries import list_founded


class FoundationForm(forms.Form):
    """A structure, or a site of one."""

    name = forms.CharField(label=_("Name"), max_length=150)
    finess = forms.CharField(
        label="FINESS", max_length=20, help_text=_("9 digits; the last one is their key")
    )
    part_of = forms.ChoiceField(label=_("A site of"), required=False)
    issuer = forms.CharField(
        label=_("Issuer of identifiers"),
        max_length=64,
        help_text=_("How its patient numbers are told from those of others, in capitals: CHSAINTAUBIN"),
    )
    city = forms.CharField(label=_("City"), required=False, max_length=80)
    commune = forms.CharField(
        label=_("Commune, by its code (INSEE)"),
        required=False,
        max_length=5,
        help_text=_("A code that INSEE does not know is kept, and said on the page"),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)
    holiday_zone = forms.ChoiceField(
        label=_("Public holidays"),
        required=False,
        choices=HolidayZone.choices,
        help_text=_("Of the territory"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = [(str(each.pk), each.name) for each in list_founded()]
        self.fields["part_of"].choices = [("", _("Nothing: it is a structure")), *parents]  # type: ignore[attr-defined]
        for name in ("finess", "commune"):
            self.fields[name].widget.attrs |= {"autocomplete": "off"}

    def clean_finess(self) -> str:
        """Say a wrong key at once, beside what else is missing."""
        finess: str = self.cleaned_data["finess"].replace(" ", "")
        if not is_valid_finess(finess):
            raise forms.ValidationError(_("A FINESS number of 9 digits, with its right key"))
        return finess

    def read(self) -> Foundation:
        """Return what was typed, once valid."""
        given = self.cleaned_data
        return Foundation(
            name=given["name"],
            finess=given["finess"],
            issuer=given["issuer"].strip().upper(),
            city=given["city"],
            commune=given["commune"].strip().upper(),
            phone=given["phone"].strip(),
            holiday_zone=given["holiday_zone"],
            part_of_id=UUID(given["part_of"]) if given["part_of"] else None,
        )
