"""What a version of a protocol is written with (R69, R83)."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.requests.protocol_book import ProtocolTerms, list_sites
from diaphane.requests.protocol_models import Route, SiteProtocol
from diaphane.web.acts.forms import choice, text
from diaphane.web.requesting.catalogue_field import ExamField
from diaphane.web.technologist.forms import measure

_TERMS = tuple(each.name for each in fields(ProtocolTerms))


class ProtocolForm(forms.Form):
    """One version: the exam, its series and phases, its dose, its contrast."""

    site = forms.ChoiceField(label=_("Site"))
    exam_code = ExamField(label=_("Exam"))
    title = text(_("Name of the protocol"), longest=120)
    acquisition = text(_("Series and phases"), rows=5, hint=_("One line each."))
    dose_target = text(_("Dose target"), longest=120, hint=_("CTDIvol and DLP, and for which patient."))
    needs_weight = forms.BooleanField(label=_("The patient’s weight is needed"), required=False)
    product = text(_("Contrast: product"), longest=80, hint=_("Empty: without contrast."))
    ml_per_kg = measure(_("Volume by kilogram, in mL/kg"), largest=10, places=2)
    most_ml = measure(_("At most, in mL"), largest=1000, places=0)
    rate_ml_s = measure(_("Rate, in mL/s"), largest=20, places=1)
    route = choice(_("Route"), Route.choices)
    is_standing = forms.BooleanField(
        label=_("Standing protocol: it lets inject without another signature"), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        sites = [(str(each.pk), each.name) for each in list_sites(actor)]
        self.fields["site"].choices = sites  # type: ignore[attr-defined]

    @classmethod
    def after(cls, protocol: SiteProtocol, *, actor: Actor) -> "ProtocolForm":
        """Start the next version from the one before."""
        initial = {name: getattr(protocol, name) for name in _TERMS}
        return cls(initial=initial | {"site": str(protocol.site_id)}, actor=actor)

    @property
    def site_id(self) -> UUID:
        """Return the site whose book is written."""
        return UUID(self.cleaned_data["site"])

    def read(self) -> ProtocolTerms:
        """Return the terms, once valid."""
        given = {name: self.cleaned_data[name] for name in _TERMS}
        most = given["most_ml"]
        return ProtocolTerms(**given | {"most_ml": None if most is None else int(most)})
