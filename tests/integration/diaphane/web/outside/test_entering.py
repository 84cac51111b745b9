"""Where a link leads: a page that consumes nothing and says nothing; the code that opens, or locks."""

from datetime import timedelta

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.accounts.queries import get_account
from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from diaphane.sharing.models import LinkState, SharedLink, Visit
from diaphane.sharing.operations import Sent, revoke_link
from diaphane.web.outside.doors import COOKIE
from tests.links import receive_key, shared
from tests.queue import run_jobs
from tests.reading_scenes import acquired
from tests.scenes import Territory

ENTER = "/confrere/"


@pytest.fixture
def sent(territory: Territory) -> Sent:
    return shared(acquired(territory).act, by=territory.requester)


@pytest.fixture
def key(sent: Sent) -> str:
    return receive_key(sent)


def wrong(code: str) -> str:
    """Return a code that is not this one, and could be."""
    return ("1" if code[0] == "0" else "0") + code[1:]


def post(client: Client, key: str, code: str) -> HttpResponse:
    return client.post(reverse("outside:enter"), {"key": key, "code": code})  # type: ignore[return-value]


def fresh(sent: Sent) -> SharedLink:
    return SharedLink.objects.get(pk=sent.link.pk)


def test_what_opens_links_by_itself_consumes_nothing_and_learns_nothing(
    sent: Sent, key: str, client: Client
) -> None:
    before = Entry.objects.count()
    for method in (client.get, client.head):
        answer = method(ENTER)
        assert answer.status_code == 200
        said = answer.content.decode()
        assert key not in said
        for secret in (sent.link.act.patient.birth_name, sent.link.sender_label, sent.link.purpose):
            assert secret.lower() not in said.lower()
    assert (Entry.objects.count(), Visit.objects.count()) == (before, 0)
    assert fresh(sent).state_at(now()) is LinkState.SENT


def test_the_page_is_the_same_whether_a_link_exists_or_not(db: None, client: Client) -> None:
    answer = client.get(ENTER)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: code.replace("-", " "), lambda c: f" {c} "])
def test_the_code_opens_however_it_is_typed(spell: object, sent: Sent, key: str, client: Client) -> None:
    answer = post(client, key, spell(sent.code))  # type: ignore[operator]
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{ENTER}{sent.link.pk}/"
    assert key not in answer.headers["Location"]
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert cookie["path"] == f"{ENTER}{sent.link.pk}/"
    assert cookie["max-age"] == ""
    link = fresh(sent)
    assert (link.opened_count, link.state_at(now())) == (1, LinkState.OPENED)
    [entry] = Entry.objects.filter(action="link.opened")
    assert (entry.actor_label, entry.act_id) == ("Dr Ysoline Carrel", sent.link.act_id)


def test_the_whole_link_may_be_copied_where_no_script_runs(sent: Sent, key: str, client: Client) -> None:
    assert post(client, f"https://diaphane.example{ENTER}#{key}", sent.code).status_code == 302


def test_a_link_opens_again_with_its_code(sent: Sent, key: str) -> None:
    for _time in range(2):
        assert post(Client(), key, sent.code).status_code == 302
    assert fresh(sent).opened_count == 2


def test_the_key_without_the_code_opens_nothing(sent: Sent, key: str, client: Client) -> None:
    for code in ("", "1234", "12345678901", "UUUU-UUUU", "é" * 8):
        answer = post(client, key, code)
        assert answer.status_code in {403, 422}
        assert COOKIE not in answer.cookies
    assert fresh(sent).wrong_codes == 0  # none of these could be a code


def test_the_code_without_the_key_opens_nothing(sent: Sent, key: str, client: Client) -> None:
    for other in ("", "x", key[:-1], sent.link.key_digest or "-", str(sent.link.pk), "é"):
        assert post(client, other, sent.code).status_code in {403, 422}
    assert not Visit.objects.exists()


def test_five_wrong_codes_lock_the_link_and_tell_the_sender(
    sent: Sent, key: str, client: Client, territory: Territory
) -> None:
    said = [post(client, key, wrong(sent.code)).content.decode() for _try in range(5)]
    assert "Essais restants :\u00a04" in said[0]
    assert "bloqué" in said[4]
    assert post(client, key, sent.code).status_code == 403
    link = fresh(sent)
    assert (link.state_at(now()), link.opened_count) == (LinkState.LOCKED, 0)
    actions = [each.action for each in Entry.objects.filter(subject_id=link.pk).order_by("id")]
    assert actions[-7:] == ["link.wrong_code"] * 5 + ["link.locked", "link.refused"]
    run_jobs()
    message = mail.outbox[-1]
    assert (message.to, "bloqué" in message.subject) == ([email_of_sender(territory)], True)
    assert territory.patient.birth_name.lower() not in f"{message.subject}{message.body}".lower()


def test_who_reads_already_is_not_shut_out_by_wrong_codes(sent: Sent, key: str, client: Client) -> None:
    reader = Client()
    assert post(reader, key, sent.code).status_code == 302
    for _try in range(5):
        post(client, key, wrong(sent.code))
    assert reader.get(f"{ENTER}{sent.link.pk}/").status_code == 200


def test_a_right_code_forgives_the_wrong_ones(sent: Sent, key: str, client: Client) -> None:
    for _round in range(2):
        for _try in range(4):
            assert post(client, key, wrong(sent.code)).status_code == 403
        assert post(client, key, sent.code).status_code == 302


def test_a_link_that_is_over_says_so_and_opens_nothing(sent: Sent, key: str, client: Client) -> None:
    began = now() - timedelta(hours=25)
    SharedLink.objects.update(created_at=began, expires_at=began + timedelta(hours=24))
    answer = post(client, key, sent.code)
    assert (answer.status_code, "expiré" in answer.content.decode()) == (403, True)
    assert not Visit.objects.exists()


def test_a_revoked_link_opens_nothing(sent: Sent, key: str, client: Client, territory: Territory) -> None:
    revoke_link(link=sent.link, by=territory.requester, at=now())
    assert post(client, key, sent.code).status_code == 403
    assert not Visit.objects.exists()


def test_a_flood_of_unknown_keys_is_stopped_and_a_right_one_still_taken(
    sent: Sent, key: str, client: Client
) -> None:
    answers = [post(client, f"key-{number}", "ABCD-EFGH").status_code for number in range(22)]
    assert answers == [403] * 20 + [429] * 2
    assert Entry.objects.filter(action="link.unknown").count() == 20
    assert post(client, key, sent.code).status_code == 302


def test_another_page_cannot_send_the_form(sent: Sent, key: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, key, sent.code).status_code == 403
    assert not Visit.objects.exists()


def email_of_sender(territory: Territory) -> str:
    return get_account(territory.requester.id).email
