"""What the imageur picks from the site's book, and prescribes as contrast (R69, R83)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.requests.models import SiteProtocol
from diaphane.requests.prescribing import Order
from diaphane.requests.protocol_models import Route
from diaphane.web.acts.forms import choice, text
from diaphane.web.technologist.forms import measure


class OrderForm(forms.Form):
    """A protocol of the book or the imageur's own words, the weight, the contrast by its parts."""

    site_protocol = choice(_("Protocol of the book"), [])
    protocol = text(
        _("Protocol"),
        rows=3,
        hint=_("Acquisitions, phases, reconstructions; or what you add to the one of the book."),
    )
    weight_kg = measure(_("Weight, in kg"), largest=400, places=0)
    contrast_product = text(
        _("Contrast: product"),
        longest=80,
        hint=_("Empty: the contrast of the protocol picked, or nothing. It is signed by your validation."),
    )
    contrast_volume = measure(_("Volume, in mL"), largest=1000, places=0)
    contrast_rate = measure(_("Rate, in mL/s"), largest=20, places=1)
    contrast_route = choice(_("Route"), Route.choices)
    is_uninjected = forms.BooleanField(
        label=_("Nothing is injected, whatever the protocol says"), required=False
    )

    def __init__(self, *args: Any, offered: Sequence[SiteProtocol] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        self.offers_contrast = any(each.product for each in offered)
        self.fields["contrast_product"].widget.attrs["placeholder"] = " "  # the page sees that it is empty
        choices = [(str(each.pk), str(each)) for each in offered]
        self.fields["site_protocol"].choices = choices  # type: ignore[attr-defined]

    def order(self) -> Order:
        """Return what is picked and prescribed."""
        given = self.cleaned_data
        return Order(
            protocol_id=UUID(given["site_protocol"]) if given["site_protocol"] else None,
            additions=given["protocol"],
            weight_kg=_whole(given["weight_kg"]),
            product=given["contrast_product"],
            volume_ml=_whole(given["contrast_volume"]),
            rate_ml_s=given["contrast_rate"],
            route=given["contrast_route"],
            is_uninjected=given["is_uninjected"],
        )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
