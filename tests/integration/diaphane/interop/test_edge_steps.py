"""A gateway tells what the modalities of its site perform."""

import json

import pytest
from django.test import Client

from diaphane.acts.models import Act
from diaphane.imaging.models import PerformedProcedureStep
from diaphane.kernel.actors import Role
from tests.scenes import Territory
from tests.steps import make_series, make_step

from .conftest import open_token

ADDRESS = "/edge/v1/steps/1.2.500"


def tell(client: Client, content: object, *, address: str = ADDRESS) -> int:
    body = content if isinstance(content, bytes) else json.dumps(content)
    return client.put(address, body, content_type="application/json").status_code


def test_nobody_tells_without_a_token(act: Act, client: Client) -> None:
    assert tell(client, {"revision": 1, "attributes": make_step(act)}) == 401


def test_a_connected_service_is_no_gateway(act: Act, territory: Territory) -> None:
    service = open_token(Role.SERVICE, territory.site.pk)
    assert tell(service, {"revision": 1, "attributes": make_step(act)}) == 403
    assert not PerformedProcedureStep.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"{", [], {}, {"revision": 0, "attributes": {}}, {"revision": 1, "attributes": []}, {"revision": 1}],
)
def test_what_is_no_step_is_refused(edge_client: Client, content: object) -> None:
    assert tell(edge_client, content) == 400


def test_an_identifier_that_is_none_is_refused(edge_client: Client, act: Act) -> None:
    said = {"revision": 1, "attributes": make_step(act)}
    assert tell(edge_client, said, address="/edge/v1/steps/1.02.3") == 400


def test_a_step_told_twice_is_one_step(edge_client: Client, act: Act) -> None:
    for revision, status in ((1, "IN PROGRESS"), (2, "COMPLETED"), (2, "COMPLETED"), (1, "IN PROGRESS")):
        assert tell(edge_client, {"revision": revision, "attributes": make_step(act, status=status)}) == 204
    step = PerformedProcedureStep.objects.get()
    assert (step.act, step.state) == (act, "COMPLETED")


def test_a_final_step_is_not_reopened(edge_client: Client, act: Act) -> None:
    assert tell(edge_client, {"revision": 1, "attributes": make_step(act)}) == 204
    assert tell(edge_client, {"revision": 2, "attributes": make_step(act, status="IN PROGRESS")}) == 409


def test_a_step_of_ten_thousand_images_is_taken(edge_client: Client, act: Act) -> None:
    said = {"revision": 1, "attributes": make_step(act, series=[make_series(10_000)])}
    assert len(json.dumps(said)) > 2_621_440 / 2
    assert tell(edge_client, said) == 204
    assert PerformedProcedureStep.objects.get().images == 10_000
