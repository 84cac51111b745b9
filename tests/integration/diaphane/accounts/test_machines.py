"""A gateway comes in by a code that serves once, and its tokens follow one another without a gap (R39)."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from diaphane.accounts.machines import (
    CODE_LASTS,
    GRACE,
    LARGEST_WRONG_CODES,
    TOKEN_LASTS,
    enrol_machine,
    issue_enrolment_code,
    recognise_machine,
    renew_token,
    revoke_machine,
)
from diaphane.accounts.models import EnrolmentCode, ServiceToken
from diaphane.accounts.operations import TooManyTriesError, issue_service_token
from diaphane.audit.models import Entry
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import NotAllowedError
from tests.scenes import Territory

MINUTE = timedelta(minutes=1)


def issue(territory: Territory, at: datetime) -> str:
    return issue_enrolment_code(label="Passerelle", structure_id=territory.site.pk, by=SYSTEM, at=at)


def enrol(territory: Territory, at: datetime) -> tuple[str, Actor]:
    """Return a gateway's first token, in use, and who it is."""
    token = enrol_machine(code=issue(territory, at), at=at).token
    return token, recognise(token, at)


def recognise(token: str, at: datetime) -> Actor:
    actor = recognise_machine(token, at=at)
    assert actor is not None
    return actor


def trail(action: str) -> list[dict[str, object]]:
    return [each.detail for each in Entry.objects.filter(action=action).order_by("id")]


@pytest.mark.parametrize("person", ["requester", "technologist", "imageur"])
def test_only_an_administrator_lets_a_gateway_in_or_shuts_it_out(
    territory: Territory, at: datetime, person: str
) -> None:
    by = getattr(territory, person)
    with pytest.raises(NotAllowedError):
        issue_enrolment_code(label="Passerelle", structure_id=territory.site.pk, by=by, at=at)
    _token, gateway = enrol(territory, at)
    with pytest.raises(NotAllowedError):
        revoke_machine(machine_id=gateway.id, by=by, at=at)


def test_a_wrong_code_is_refused_and_traced(territory: Territory, at: datetime) -> None:
    issue(territory, at)
    with pytest.raises(NotAllowedError):
        enrol_machine(code="00000-00000-00000-00000", at=at)
    assert trail("enrolment.refused") == [{"reason": "wrong"}]
    assert not ServiceToken.objects.exists()


def test_a_code_serves_once(territory: Territory, at: datetime) -> None:
    code = issue(territory, at)
    enrol_machine(code=code, at=at)
    with pytest.raises(NotAllowedError):
        enrol_machine(code=code, at=at)
    assert trail("enrolment.refused") == [{"reason": "used"}]
    assert ServiceToken.objects.count() == 1


def test_a_code_lasts_one_day(territory: Territory, at: datetime) -> None:
    code = issue(territory, at)
    with pytest.raises(NotAllowedError):
        enrol_machine(code=code, at=at + CODE_LASTS)
    assert trail("enrolment.refused") == [{"reason": "expired"}]


def test_a_flood_of_wrong_codes_neither_fills_the_trail_nor_shuts_a_right_one_out(
    territory: Territory, at: datetime
) -> None:
    code = issue(territory, at)
    for _attempt in range(LARGEST_WRONG_CODES):
        with pytest.raises(NotAllowedError):
            enrol_machine(code="00000", at=at)
    for _attempt in range(3):
        with pytest.raises(TooManyTriesError):
            enrol_machine(code="00000", at=at)
    assert len(trail("enrolment.refused")) == LARGEST_WRONG_CODES
    assert enrol_machine(code=code, at=at).token


def test_a_code_is_read_as_a_person_copies_it(territory: Territory, at: datetime) -> None:
    code = issue(territory, at)
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert enrol_machine(code=f" {spoken} ", at=at).token


def test_neither_code_nor_token_is_kept(territory: Territory, at: datetime) -> None:
    code = issue(territory, at)
    token = enrol_machine(code=code, at=at).token
    kept = [EnrolmentCode.objects.get().digest, ServiceToken.objects.get().digest]
    assert [len(each) for each in kept] == [64, 64]
    assert code not in kept
    assert token not in kept


def test_an_enrolled_gateway_speaks_for_its_site(territory: Territory, at: datetime) -> None:
    _token, gateway = enrol(territory, at)
    assert (gateway.role, gateway.structure_id) == (Role.EDGE, territory.site.pk)
    used = Entry.objects.get(action="enrolment.used")
    assert (used.actor_id, used.structure_id) == (gateway.id, territory.site.pk)


def test_a_renewed_token_speaks_for_the_same_gateway(territory: Territory, at: datetime) -> None:
    token, gateway = enrol(territory, at)
    renewed = renew_token(by=gateway, at=at + MINUTE)
    assert recognise(renewed.token, at + MINUTE).id == gateway.id
    assert recognise(token, at + MINUTE).id == gateway.id
    assert len(trail("token.renewed")) == 1
    assert len(trail("token.first_used")) == 2


def test_a_token_ends_some_time_after_the_next_was_used(territory: Territory, at: datetime) -> None:
    token, gateway = enrol(territory, at)
    renewed = renew_token(by=gateway, at=at).token
    assert recognise_machine(token, at=at + GRACE * 2) is not None
    recognise(renewed, at + GRACE * 2)
    assert recognise_machine(token, at=at + GRACE * 3 - MINUTE) is not None
    assert recognise_machine(token, at=at + GRACE * 3) is None


def test_a_token_whose_answer_was_lost_gives_way_to_another(territory: Territory, at: datetime) -> None:
    token, gateway = enrol(territory, at)
    lost = renew_token(by=gateway, at=at).token
    again = renew_token(by=recognise(token, at + MINUTE), at=at + MINUTE).token
    assert recognise_machine(lost, at=at + MINUTE) is None
    assert recognise(again, at + MINUTE).id == gateway.id


def test_a_token_that_is_never_renewed_ends(territory: Territory, at: datetime) -> None:
    token, _gateway = enrol(territory, at)
    assert recognise_machine(token, at=at + TOKEN_LASTS - MINUTE) is not None
    assert recognise_machine(token, at=at + TOKEN_LASTS) is None


def test_a_revoked_gateway_is_refused_and_renews_nothing(territory: Territory, at: datetime) -> None:
    token, gateway = enrol(territory, at)
    renewed = renew_token(by=gateway, at=at).token
    assert revoke_machine(machine_id=gateway.id, by=SYSTEM, at=at) == 2
    assert recognise_machine(token, at=at) is None
    assert recognise_machine(renewed, at=at) is None
    with pytest.raises(NotAllowedError):
        renew_token(by=gateway, at=at)
    assert len(trail("machine.revoked")) == 1


def test_another_gateway_of_the_site_is_left_alone(territory: Territory, at: datetime) -> None:
    _token, gateway = enrol(territory, at)
    other, _other = enrol(territory, at)
    revoke_machine(machine_id=gateway.id, by=SYSTEM, at=at)
    recognise(renew_token(by=recognise(other, at), at=at).token, at)
    assert recognise_machine(other, at=at + MINUTE) is not None


def test_a_refused_token_is_traced_once_an_hour(territory: Territory, at: datetime) -> None:
    token, gateway = enrol(territory, at)
    revoke_machine(machine_id=gateway.id, by=SYSTEM, at=at)
    for delay in (0, 1, 59, 61):
        recognise_machine(token, at=at + MINUTE * delay)
        recognise_machine("unknown", at=at + MINUTE * delay)
    reasons = [each["reason"] for each in trail("token.refused")]
    assert sorted(reasons) == ["revoked", "revoked", "unknown", "unknown"]


def test_a_connected_service_does_not_renew(territory: Territory, at: datetime) -> None:
    token = issue_service_token(label="PACS", role=Role.SERVICE, structure_id=territory.site.pk)
    with pytest.raises(NotAllowedError):
        renew_token(by=recognise(token, at), at=at)


def say(*arguments: str) -> str:
    said = StringIO()
    call_command("gateway", *arguments, stdout=said)
    return said.getvalue().strip()


def test_the_command_makes_a_code_lists_and_revokes(territory: Territory, at: datetime) -> None:
    assert say("list") == "Aucune passerelle n’a encore été admise."
    code = say("code", territory.site.finess, "--label", "Passerelle du scanner")
    gateway = recognise(enrol_machine(code=code, at=at).token, at)
    [line] = say("list").splitlines()
    assert line.startswith(f"{gateway.id}\tPasserelle du scanner\tvaut jusqu’au ")
    assert line.endswith("\tutilisé")
    assert say("revoke", str(gateway.id)) == "1 jeton révoqué."
    assert "\trévoqué le " in say("list")


def test_the_command_says_what_it_cannot_find(territory: Territory) -> None:
    with pytest.raises(CommandError, match="Aucune structure"):
        say("code", "000000000")
    with pytest.raises(CommandError, match="plus aucun jeton"):
        say("revoke", str(territory.site.pk))
