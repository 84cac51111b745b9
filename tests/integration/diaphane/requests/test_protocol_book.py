"""The book of a site: versions written and approved by its imageurs, picked at the validation (R69, R83)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.contrast_models import ContrastOrder
from diaphane.requests.models import ExamRequest, RequestState, SiteProtocol
from diaphane.requests.prescribing import Order, validate_by_book
from diaphane.requests.protocol_book import (
    ProtocolTerms,
    approve_protocol,
    list_book,
    list_in_force,
    withdraw_protocol,
    write_protocol,
)
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory, explain_safety, under_review

pytestmark = pytest.mark.django_db

PLAIN = ProtocolTerms("CT-HEAD", "Crâne", "Hélice de la base au vertex", "PDL 850 mGy.cm")
INJECTED = ProtocolTerms(
    "CT-HEAD",
    "Crâne injecté",
    "Temps portal",
    product="Ioméprol 400",
    ml_per_kg=Decimal("1.20"),
    most_ml=100,
    rate_ml_s=Decimal("3.0"),
    route="intravenous",
)
BY_HAND = Order(additions="Hélice", product="Ioméprol", volume_ml=60, route="intravenous")


def write(territory: Territory, terms: ProtocolTerms = PLAIN, by: Actor | None = None) -> SiteProtocol:
    by = by or territory.imageur
    return write_protocol(site_id=territory.site.pk, terms=terms, by=by, at=now())


def approved(territory: Territory, terms: ProtocolTerms = PLAIN) -> SiteProtocol:
    protocol = write(territory, terms)
    approve_protocol(protocol=protocol, by=territory.imageur, at=now())
    return protocol


def in_force(territory: Territory) -> list[SiteProtocol]:
    return list_in_force(site_id=territory.site.pk, exam_code="CT-HEAD")


def validate(territory: Territory, order: Order, request: ExamRequest | None = None) -> ExamRequest:
    at = now()
    return validate_by_book(
        request=request or under_review(territory),
        order=order,
        granted_urgency="urgent",
        review_reason="",
        safety_motive=explain_safety(territory, at=at) or "Injection pesée",
        by=territory.imageur,
        at=at,
    )


def fields_of(call: Callable[[], object]) -> set[str]:
    with pytest.raises(GuardError) as caught:
        call()
    return {each.field for each in caught.value.missing}


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.REQUESTING_PHYSICIAN, Role.ADMINISTRATOR])
def test_only_a_radiologist_writes_approves_or_withdraws(territory: Territory, role: Role) -> None:
    protocol, other = write(territory), make_actor(role, territory.reader)
    calls: list[Callable[[], object]] = [
        lambda: write(territory, by=other),
        lambda: approve_protocol(protocol=protocol, by=other, at=now()),
        lambda: withdraw_protocol(protocol=protocol, by=other, at=now()),
    ]
    for call in calls:
        with pytest.raises(NotAllowedError):
            call()


def test_a_radiologist_who_does_not_read_for_a_site_neither_writes_nor_sees_its_book(
    territory: Territory,
) -> None:
    write(territory)
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    with pytest.raises(NotAllowedError):
        write(territory, by=stranger)
    assert list(list_book(stranger)) == []
    assert len(list_book(territory.technologist)) == len(list_book(territory.imageur)) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"exam_code": "ULTRASOUND"}, {"exam_code"}),
        ({"title": " ", "acquisition": ""}, {"title", "acquisition"}),
        ({"product": "Ioméprol"}, {"route", "ml_per_kg"}),
        ({"is_standing": True}, {"product"}),
    ],
)
def test_what_is_not_complete_is_not_written(
    territory: Territory, changes: dict[str, object], fields: set[str]
) -> None:
    assert fields_of(lambda: write(territory, replace(PLAIN, **changes))) == fields  # type: ignore[arg-type]
    assert not SiteProtocol.objects.exists()


def test_a_version_is_picked_once_approved_and_replaces_the_one_before(territory: Territory) -> None:
    first, second = approved(territory), write(territory, replace(PLAIN, dose_target="PDL 740 mGy.cm"))
    assert (first.version, second.version) == (1, 2)
    assert in_force(territory) == [first]
    approve_protocol(protocol=second, by=territory.imageur, at=now())
    assert in_force(territory) == [second]
    withdraw_protocol(protocol=second, by=territory.imageur, at=now())
    assert in_force(territory) == [first]
    assert Entry.objects.filter(action="protocol.approved").count() == 2


def test_a_version_is_approved_once_and_not_after_a_later_one(territory: Territory) -> None:
    first, second = write(territory), approved(territory)
    for protocol in (first, second):
        with pytest.raises(ConflictError):
            approve_protocol(protocol=protocol, by=territory.imageur, at=now())
    withdraw_protocol(protocol=second, by=territory.imageur, at=now())
    with pytest.raises(ConflictError):
        withdraw_protocol(protocol=second, by=territory.imageur, at=now())


def test_what_is_not_in_force_or_not_of_this_exam_is_not_picked(territory: Territory) -> None:
    waiting = write(territory)
    other = approved(territory, replace(PLAIN, exam_code="CT-STROKE"))
    for protocol_id in (waiting.pk, other.pk, uuid4()):
        order = Order(protocol_id=protocol_id)
        assert fields_of(lambda order=order: validate(territory, order)) == {"site_protocol"}  # type: ignore[misc]


def test_a_protocol_of_the_book_is_written_on_the_request_with_its_version(territory: Territory) -> None:
    protocol = approved(territory)
    moved = validate(territory, Order(protocol_id=protocol.pk, additions="Et les rochers"))
    assert moved.state == RequestState.VALIDATED
    assert moved.site_protocol == protocol
    expected = "Crâne (v1)\nHélice de la base au vertex\nDose cible : PDL 850 mGy.cm\nEt les rochers"
    assert moved.protocol == expected
    assert (moved.contrast_prescription, moved.contrast_order) == ("", None)


def test_a_volume_by_kilogram_needs_the_weight_and_never_passes_its_most(territory: Territory) -> None:
    protocol = approved(territory, INJECTED)
    order = Order(protocol_id=protocol.pk)
    assert fields_of(lambda: validate(territory, order)) == {"weight_kg"}
    light = validate(territory, replace(order, weight_kg=60))
    assert light.contrast_prescription == "Ioméprol 400, 72 mL, 3,0 mL/s, intraveineuse"
    heavy = validate(territory, replace(order, weight_kg=140))
    assert heavy.contrast_order is not None
    assert heavy.contrast_order.volume_ml == 100


@pytest.mark.parametrize(("is_standing", "basis"), [(False, "signed"), (True, "standing")])
def test_contrast_is_signed_or_under_the_dated_standing_protocol(
    territory: Territory, is_standing: bool, basis: str
) -> None:
    protocol = approved(territory, replace(INJECTED, is_standing=is_standing))
    order = validate(territory, Order(protocol_id=protocol.pk, weight_kg=60)).contrast_order
    assert order is not None
    assert (order.basis, order.by_label, order.protocol) == (basis, territory.imageur.label, protocol)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": ""}, "contrast_product"),
        ({"volume_ml": None}, "contrast_volume"),
        ({"route": ""}, "contrast_route"),
        ({"is_uninjected": True}, "is_uninjected"),
    ],
)
def test_a_prescription_without_one_of_its_parts_is_refused(
    territory: Territory, changes: dict[str, object], field: str
) -> None:
    assert fields_of(lambda: validate(territory, replace(BY_HAND, **changes))) == {field}  # type: ignore[arg-type]
    assert not ContrastOrder.objects.exists()


def test_the_imageur_s_own_prescription_or_none_wins_over_the_protocol_s(territory: Territory) -> None:
    protocol = approved(territory, replace(INJECTED, is_standing=True))
    picked = {"protocol_id": protocol.pk, "weight_kg": 60}
    own = validate(territory, replace(BY_HAND, **picked)).contrast_order  # type: ignore[arg-type]
    assert own is not None
    assert (own.volume_ml, own.basis) == (60, "signed")
    without = validate(territory, Order(**picked, is_uninjected=True))  # type: ignore[arg-type]
    assert (without.contrast_prescription, without.contrast_order) == ("", None)


def test_a_validation_that_is_blocked_leaves_no_prescription(territory: Territory) -> None:
    request = under_review(territory)
    assert fields_of(lambda: validate(territory, replace(BY_HAND, additions=""), request)) == {"protocol"}
    assert not ContrastOrder.objects.exists()
