"""The protocol book of the demo's site: fictitious, never to be used on a patient."""

from datetime import datetime, timedelta
from decimal import Decimal

from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Structure
from diaphane.requests.models import SiteProtocol
from diaphane.requests.protocol_book import ProtocolTerms, approve_protocol, write_protocol
from diaphane.requests.protocol_models import Route

_PRODUCT = "Ioméprol 400 mgI/mL"
_BOOK = (
    ProtocolTerms(
        "CT-HEAD",
        "Crâne sans injection",
        "Hélice de la base au vertex, coupes de 0,6 mm\nReconstructions parenchyme et os, trois plans",
        "CTDIvol 46 mGy, PDL 850 mGy.cm (adulte)",
    ),
    ProtocolTerms(
        "CT-STROKE",
        "Alerte AVC",
        "Crâne sans injection\nAngio-TDM de la crosse au vertex, départ au bolus dans l’aorte\n"
        "Perfusion sur avis du radiologue",
        "PDL 1 300 mGy.cm (adulte)",
        ml_per_kg=Decimal("1.00"),
        most_ml=80,
        is_standing=True,
        needs_weight=True,
        product=_PRODUCT,
        rate_ml_s=Decimal("4.0"),
        route=Route.INTRAVENOUS,
    ),
    ProtocolTerms(
        "CT-ABDOMEN",
        "Abdomen et pelvis, temps portal",
        "Acquisition unique à 70 secondes, des coupoles au petit trochanter\nCoupes de 1,5 mm, trois plans",
        "CTDIvol 13 mGy, PDL 625 mGy.cm (adulte)",
        ml_per_kg=Decimal("1.20"),
        most_ml=120,
        needs_weight=True,
        product=_PRODUCT,
        rate_ml_s=Decimal("4.0"),
        route=Route.INTRAVENOUS,
    ),
)
_DRAFT = ProtocolTerms(
    "CT-HEAD",
    "Crâne sans injection",
    "Hélice de la base au vertex, coupes de 0,6 mm\nReconstruction itérative, parenchyme et os, trois plans",
    "CTDIvol 40 mGy, PDL 740 mGy.cm (adulte)",
)


def write_book(site: Structure, *, by: Actor, at: datetime) -> None:
    """Write and approve the protocols, with one more version that waits for its approval; once."""
    if SiteProtocol.objects.filter(site=site).exists():
        return
    written_at = at - timedelta(days=90)
    for terms in _BOOK:
        protocol = write_protocol(site_id=site.pk, terms=terms, by=by, at=written_at)
        approve_protocol(protocol=protocol, by=by, at=written_at + timedelta(days=3))
    write_protocol(site_id=site.pk, terms=_DRAFT, by=by, at=at - timedelta(days=2))
