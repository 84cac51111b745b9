"""Validate by the site's protocol book, with contrast signed or under a standing protocol (R69, R83)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, Text

from .contrast_models import ContrastOrder
from .models import ExamRequest
from .operations import validate_request
from .protocol_book import list_in_force
from .protocol_models import Route, SiteProtocol


@dataclass(frozen=True)
class Order:
    """What the imageur picks and prescribes.

    Without a ``product``, contrast is the protocol's, unless ``is_uninjected``; the weight is in kg.
    """

    protocol_id: UUID | None = None
    additions: str = ""
    weight_kg: int | None = None
    product: str = ""
    volume_ml: int | None = None
    rate_ml_s: Decimal | None = None
    route: str = ""
    is_uninjected: bool = False


def validate_by_book(
    *, request: ExamRequest, order: Order, by: Actor, at: datetime, **decision: Any
) -> ExamRequest:
    """Validate with a protocol of the book or in words, and write the prescription of contrast beside.

    Raises:
        GuardError: a protocol that is not in force, a weight or a part of the prescription that is missing.
        NotAllowedError, ConflictError: see ``validate_request``.
    """
    with transaction.atomic():
        protocol = _find_protocol(request, order)
        contrast = _make_contrast(request, order, protocol, by=by, at=at)
        with override("fr"):  # the words that the site and the report read, whatever language a page is in
            words, injected = _spell(protocol), contrast.spell() if contrast else ""
        moved = validate_request(
            request=request,
            protocol="\n".join(part for part in (words, order.additions.strip()) if part),
            contrast_prescription=injected,
            by=by,
            at=at,
            **decision,
        )
        moved.site_protocol, moved.weight_kg = protocol, order.weight_kg
        moved.save(update_fields=["site_protocol", "weight_kg"])
        if contrast:
            contrast.save(force_insert=True)
    return moved


def _find_protocol(request: ExamRequest, order: Order) -> SiteProtocol | None:
    if order.protocol_id is None:
        return None
    offered = list_in_force(site_id=request.act.requesting_site_id, exam_code=request.exam_code)
    found = next((each for each in offered if each.pk == order.protocol_id), None)
    if found is None:
        _refuse("site_protocol", _("A protocol of the book that is in force for this exam"))
    elif found.asks_weight and not order.weight_kg:
        _refuse("weight_kg", _("The patient’s weight, which this protocol needs"))
    return found


def _make_contrast(
    request: ExamRequest, order: Order, protocol: SiteProtocol | None, *, by: Actor, at: datetime
) -> ContrastOrder | None:
    signature = {"request": request, "by_id": by.id, "by_label": by.label, "signed_at": at}
    if order.product.strip():
        return _sign(order, protocol, signature)
    if any((order.volume_ml, order.rate_ml_s, order.route)):
        _refuse("contrast_product", _("The product to inject"))
    if protocol is None or not protocol.product or order.is_uninjected:
        return None
    basis = ContrastOrder.Basis.STANDING if protocol.is_standing else ContrastOrder.Basis.SIGNED
    return ContrastOrder(
        **signature,
        product=protocol.product,
        volume_ml=protocol.work_out_volume(order.weight_kg) or 0,
        rate_ml_s=protocol.rate_ml_s,
        route=protocol.route,
        basis=basis,
        protocol=protocol,
    )


def _sign(order: Order, protocol: SiteProtocol | None, signature: dict[str, Any]) -> ContrastOrder:
    if order.is_uninjected:
        _refuse("is_uninjected", _("Either a product, or nothing injected"))
    volume_ml = order.volume_ml or 0
    if not volume_ml:
        _refuse("contrast_volume", _("The volume to inject, in mL"))
    if order.route not in Route.values:
        _refuse("contrast_route", _("By which way the contrast is given"))
    return ContrastOrder(
        **signature,
        product=order.product.strip(),
        volume_ml=volume_ml,
        rate_ml_s=order.rate_ml_s,
        route=order.route,
        basis=ContrastOrder.Basis.SIGNED,
        protocol=protocol,
    )


def _spell(protocol: SiteProtocol | None) -> str:
    if protocol is None:
        return ""
    lines = [f"{protocol.title} (v{protocol.version})", protocol.acquisition]
    if protocol.dose_target:
        lines.append(str(_("Dose target: %(dose)s") % {"dose": protocol.dose_target}))
    return "\n".join(lines)


def _refuse(field: str, what: Text) -> None:
    words = _("The request cannot be validated like this.")
    raise GuardError(words, [Missing("R83", what, _("You"), field=field)])
