"""The link test: measured by a technologist of the site, refused when it cannot be true."""

from datetime import timedelta
from decimal import Decimal

import pytest

from diaphane.acquisition.links import get_last_link_test, get_valid_link_test, record_link_test
from diaphane.acquisition.models import LinkTest
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory

from .table import probe_link


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.REQUESTING_PHYSICIAN])
def test_another_role_does_not_test_the_link(territory: Territory, role: Role) -> None:
    actor = make_actor(role, territory.site)
    with pytest.raises(NotAllowedError):
        record_link_test(
            structure_id=territory.site.pk,
            down_mbps=Decimal(20),
            up_mbps=Decimal(8),
            latency_ms=Decimal(30),
            by=actor,
            at=now(),
        )


def test_another_site_does_not_test_this_link(territory: Territory) -> None:
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    with pytest.raises(NotAllowedError):
        record_link_test(
            structure_id=territory.site.pk,
            down_mbps=Decimal(20),
            up_mbps=Decimal(8),
            latency_ms=Decimal(30),
            by=stranger,
            at=now(),
        )


@pytest.mark.parametrize(
    "absurd",
    [
        {"down": "0"},
        {"down": "-20"},
        {"down": "1000000"},
        {"up": "0"},
        {"up": "1e9"},
        {"latency": "0"},
        {"latency": "-1"},
        {"latency": "99999999"},
    ],
    ids=str,
)
def test_measures_that_no_link_has_are_refused(territory: Territory, absurd: dict[str, str]) -> None:
    with pytest.raises(GuardError) as refusal:
        probe_link(territory, **absurd)
    assert [each.requirement for each in refusal.value.missing] == ["R81"]
    assert not LinkTest.objects.exists()


def test_the_same_test_is_recorded_once(territory: Territory) -> None:
    probe_link(territory)
    with pytest.raises(ConflictError):
        probe_link(territory)
    assert LinkTest.objects.count() == 1


def test_the_last_test_decides_and_another_site_s_does_not_count(territory: Territory) -> None:
    probe_link(territory, at=now() - timedelta(hours=2))
    probe_link(territory, down="1", at=now() - timedelta(hours=1))
    last = get_last_link_test(territory.site.pk)
    assert last is not None
    assert not last.is_good
    assert get_valid_link_test(territory.site.pk) is None
    probe_link(territory)
    assert get_valid_link_test(territory.site.pk) is not None
    assert get_valid_link_test(territory.reader.pk) is None
