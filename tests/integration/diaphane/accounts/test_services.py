"""A connected service does what its scope says, at its site; its tokens end and overlap (R39, R46)."""

from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from diaphane.accounts.machines import Credential, issue_enrolment_code, recognise_machine, revoke_machine
from diaphane.accounts.models import ServiceToken
from diaphane.accounts.operations import issue_service_token
from diaphane.accounts.services import MOST_DAYS, open_collector, open_service, rotate_service
from diaphane.audit.models import Entry
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import DiaphaneError, NotAllowedError
from diaphane.kernel.rights import may
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory

READ, STORE, WORKLIST = "dicomweb.read", "dicomweb.store", "worklist"


def open_one(territory: Territory, at: datetime, *scopes: str, days: int = 90) -> Credential:
    return open_service(
        label="RIS", structure_id=territory.site.pk, scopes=scopes or (READ,), days=days, by=SYSTEM, at=at
    )


def recognise(token: str, at: datetime) -> Actor:
    actor = recognise_machine(token, at=at)
    assert actor is not None
    return actor


def calling(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def trail(action: str) -> list[dict[str, object]]:
    return [each.detail for each in Entry.objects.filter(action=action).order_by("id")]


@pytest.mark.parametrize("person", ["requester", "technologist", "imageur"])
def test_only_an_administrator_opens_or_rotates(territory: Territory, at: datetime, person: str) -> None:
    by = getattr(territory, person)
    with pytest.raises(NotAllowedError):
        open_service(label="RIS", structure_id=territory.site.pk, scopes=[READ], by=by, at=at)
    actor = recognise(open_one(territory, at).token, at)
    with pytest.raises(NotAllowedError):
        rotate_service(machine_id=actor.id, by=by, at=at)


def test_an_administrator_does_nothing_at_another_structure(territory: Territory, at: datetime) -> None:
    elsewhere, site = make_actor(Role.ADMINISTRATOR, StructureFactory()), territory.site.pk
    actor = recognise(open_one(territory, at).token, at)
    for attempt in (
        lambda: open_service(label="RIS", structure_id=site, scopes=[READ], by=elsewhere, at=at),
        lambda: open_collector(label="SIEM", structure_id=site, by=elsewhere, at=at),
        lambda: rotate_service(machine_id=actor.id, by=elsewhere, at=at),
        lambda: revoke_machine(machine_id=actor.id, by=elsewhere, at=at),
        lambda: issue_enrolment_code(label="Passerelle", structure_id=site, by=elsewhere, at=at),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert ServiceToken.objects.count() == 1


def test_a_collector_reads_traces_alone_and_its_token_is_renewed(territory: Territory, at: datetime) -> None:
    by = make_actor(Role.ADMINISTRATOR, territory.site)
    first = open_collector(label="SIEM", structure_id=territory.site.pk, by=by, at=at)
    actor = recognise(first.token, at)
    assert may(actor, "trace.collect")
    assert not may(actor, "images.query")
    second = rotate_service(machine_id=actor.id, by=by, at=at)
    assert recognise(second.token, at).role is Role.COLLECTOR
    assert recognise_machine(first.token, at=at + timedelta(hours=2)) is None


@pytest.mark.parametrize("scopes", [(), ("everything",), (READ, "gateway")])
def test_a_scope_that_says_nothing_or_too_much_is_refused(
    territory: Territory, at: datetime, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(DiaphaneError):
        open_service(label="RIS", structure_id=territory.site.pk, scopes=scopes, by=SYSTEM, at=at)
    assert not ServiceToken.objects.exists()


@pytest.mark.parametrize("days", [0, MOST_DAYS + 1])
def test_a_token_lasts_a_year_at_most(territory: Territory, at: datetime, days: int) -> None:
    with pytest.raises(DiaphaneError):
        open_one(territory, at, days=days)


def test_the_database_keeps_no_token_without_a_scope(territory: Territory) -> None:
    issue_service_token(label="RIS", role=Role.SERVICE, structure_id=territory.site.pk)
    with pytest.raises(IntegrityError):
        ServiceToken.objects.update(scope="")


def test_an_unknown_word_of_a_scope_gives_nothing(territory: Territory, at: datetime) -> None:
    token = open_one(territory, at).token
    ServiceToken.objects.update(scope="gateway dicomweb.everything")
    assert not may(recognise(token, at), "images.query")


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [(READ, "/dicomweb/studies"), (WORKLIST, "/edge/v1/worklist")],
)
def test_a_service_is_let_in_by_its_scope_alone(
    territory: Territory, at: datetime, scope: str, allowed: str
) -> None:
    client = calling(open_one(territory, at, scope).token)
    for address in ("/dicomweb/studies", "/edge/v1/worklist"):
        assert client.get(address).status_code == (200 if address == allowed else 403)


def test_what_is_out_of_scope_is_refused_by_name_and_told_once_an_hour(
    territory: Territory, at: datetime
) -> None:
    client = calling(open_one(territory, at, READ).token)
    for _time in range(3):
        answer = client.post("/dicomweb/studies", b"", content_type="application/dicom")
        assert answer.status_code == 403
        assert "dicomweb.store" in answer.json()["error"]
    assert trail("token.out_of_scope") == [{"action": "images.store"}]


def test_a_gateway_s_work_is_not_to_be_had_by_any_scope(territory: Territory, at: datetime) -> None:
    client = calling(open_one(territory, at, READ, STORE, WORKLIST).token)
    assert client.post("/edge/v1/status").status_code == 403
    assert client.post("/edge/v1/credentials").status_code == 403


def test_a_service_of_another_site_reads_another_worklist(territory: Territory, at: datetime) -> None:
    other = open_service(label="RIS", structure_id=StructureFactory().pk, scopes=[WORKLIST], by=SYSTEM, at=at)
    assert calling(other.token).get("/edge/v1/worklist").json() == {"items": []}


def test_tokens_overlap_then_the_old_one_is_refused_and_told(territory: Territory, at: datetime) -> None:
    old = open_one(territory, at, READ)
    actor = recognise(old.token, at)
    new = rotate_service(machine_id=actor.id, by=SYSTEM, at=at)
    later = at + timedelta(days=3)
    assert recognise(old.token, later).id == actor.id
    assert recognise(new.token, later) == recognise(old.token, later)
    assert recognise_machine(old.token, at=later + timedelta(minutes=59)) is not None
    assert recognise_machine(old.token, at=later + timedelta(minutes=61)) is None
    assert recognise_machine(new.token, at=later + timedelta(days=80)) is not None
    assert trail("token.refused") == [{"reason": "expired"}]


def test_a_next_token_that_was_never_used_gives_way(territory: Territory, at: datetime) -> None:
    old = open_one(territory, at)
    machine = recognise(old.token, at).id
    lost = rotate_service(machine_id=machine, by=SYSTEM, at=at)
    rotate_service(machine_id=machine, by=SYSTEM, at=at)
    assert recognise_machine(lost.token, at=at) is None
    assert recognise_machine(old.token, at=at) is not None


def test_a_service_that_was_revoked_is_not_rotated_nor_a_gateway(territory: Territory, at: datetime) -> None:
    machine = recognise(open_one(territory, at).token, at).id
    revoke_machine(machine_id=machine, by=SYSTEM, at=at)
    gateway = recognise(
        issue_service_token(label="Passerelle", role=Role.EDGE, structure_id=territory.site.pk), at
    )
    for each in (machine, gateway.id, uuid4()):
        with pytest.raises(NotAllowedError):
            rotate_service(machine_id=each, by=SYSTEM, at=at)


def test_a_replayed_token_is_refused_and_told(territory: Territory, at: datetime) -> None:
    token = open_one(territory, at).token
    revoke_machine(machine_id=recognise(token, at).id, by=SYSTEM, at=at)
    assert calling(token).get("/dicomweb/studies").status_code == 401
    assert trail("token.refused") == [{"reason": "revoked"}]


def test_the_last_use_is_noted_now_and_then(territory: Territory, at: datetime) -> None:
    token = open_one(territory, at).token
    for minutes, expected in ((0, 0), (30, 0), (61, 61)):
        recognise_machine(token, at=at + timedelta(minutes=minutes))
        assert ServiceToken.objects.get().last_used_at == at + timedelta(minutes=expected)


def say(*words: str) -> str:
    output = StringIO()
    call_command("service", *words, stdout=output, stderr=StringIO())
    return output.getvalue().strip()


def test_the_command_opens_lists_rotates_and_revokes(territory: Territory, at: datetime) -> None:
    token = say("open", territory.site.issuer, "RIS du site", "--scope", READ, "--scope", WORKLIST)
    machine = str(recognise(token, at).id)
    [line] = say("list").splitlines()
    assert line.startswith(f"{machine}\tRIS du site\tdicomweb.read worklist\texpires")
    assert "used " in line
    assert token not in line
    assert say("rotate", machine) != token
    assert say("revoke", machine) == "revoked: 2"
    for wrong in (("rotate", machine), ("revoke", machine), ("open", "000000000", "RIS", "--scope", READ)):
        with pytest.raises(CommandError):
            say(*wrong)
