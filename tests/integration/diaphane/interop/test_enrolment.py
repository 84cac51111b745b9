"""A gateway asks for its way in, over HTTP."""

import json
from datetime import datetime

import pytest
from django.test import Client

from diaphane.accounts.machines import issue_enrolment_code
from diaphane.kernel.actors import SYSTEM, Role
from tests.scenes import Territory

from .conftest import open_token


def ask(code: object) -> tuple[int, dict[str, str]]:
    body = code if isinstance(code, bytes) else json.dumps({"code": code})
    response = Client().post("/edge/v1/enrol", body, content_type="application/json")
    return response.status_code, response.json()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
@pytest.mark.usefixtures("db")
def test_without_a_code_nothing_is_given(body: bytes) -> None:
    assert ask(body)[0] == 400


@pytest.mark.usefixtures("db")
def test_a_wrong_code_is_refused_in_french() -> None:
    assert ask("AAAAA") == (403, {"error": "Ce code n’est pas connu : vérifiez-le, ou demandez-en un autre."})


def test_a_code_opens_the_way_and_the_token_is_renewed(territory: Territory, at: datetime) -> None:
    code = issue_enrolment_code(label="Passerelle", structure_id=territory.site.pk, by=SYSTEM, at=at)
    status, given = ask(code)
    assert status == 201
    gateway = Client(headers={"Authorization": f"Bearer {given['token']}"})
    assert gateway.get("/edge/v1/worklist").status_code == 200
    response = gateway.post("/edge/v1/credentials")
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    next_one = Client(headers={"Authorization": f"Bearer {response.json()['token']}"})
    assert next_one.get("/edge/v1/worklist").status_code == 200
    assert ask(code) == (
        403,
        {"error": "Ce code a déjà servi : il ne sert qu’une fois. Demandez-en un autre."},
    )


def test_only_a_gateway_renews(territory: Territory) -> None:
    assert Client().post("/edge/v1/credentials").status_code == 401
    service = open_token(Role.SERVICE, territory.site.pk)
    assert service.post("/edge/v1/credentials").status_code == 403
