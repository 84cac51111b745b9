"""What a guest reaches through a link: one study, its report where it is granted, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import withdraw_prior
from diaphane.imaging.quarantining import lift_quarantine, quarantine_study
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.operations import record_patient_told
from diaphane.sharing.models import SharedLink, Visit
from diaphane.sharing.operations import Sent, revoke_link
from diaphane.sharing.terms import Terms
from diaphane.web.outside.doors import COOKIE
from diaphane.web.patient.looks import list_looks
from tests.factories import make_patient_actor
from tests.images import make_ct
from tests.joins import put_beside
from tests.links import TERMS, receive_key, shared
from tests.reading_scenes import acquired, make_edge, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
PAGES = ("study", "films")


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose two images have come."""
    return acquired(territory).act


@pytest.fixture
def sent(act: Act, territory: Territory) -> Sent:
    return shared(act, by=territory.requester)


def enter(sent: Sent, client: Client | None = None) -> Client:
    """Open a link with its key and its code, and return the browser that did."""
    client = client or Client()
    answer = client.post(reverse("outside:enter"), {"key": receive_key(sent), "code": sent.code})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == page("study", sent)
    return client


def page(name: str, sent: Sent, *args: object) -> str:
    return reverse(f"outside:{name}", args=[sent.link.pk, *args])


def ask_pieces(client: Client, sent: Sent, instance: Instance) -> HttpResponse:
    question = f'[["{instance.pk}", 1, 0, null]]'
    return client.post(page("pieces", sent), question, content_type="application/json")  # type: ignore[return-value]


def test_a_visitor_without_a_visit_sees_nothing(sent: Sent, act: Act, client: Client) -> None:
    image = Instance.objects.filter(series__study__act=act).earliest("number")
    answers = [client.get(page(name, sent)) for name in (*PAGES, "document")]
    answers += [client.get(page("picture", sent, image.pk, 1)), ask_pieces(client, sent, image)]
    for answer in answers:
        assert answer.status_code == 403
        assert act.patient.birth_name.lower() not in answer.content.decode().lower()
    assert not Entry.objects.filter(action__startswith="viewed.", actor_id=sent.link.pk).exists()


def test_a_login_here_opens_no_link(sent: Sent, territory: Territory, login: Login) -> None:
    for someone in (territory.requester, territory.imageur, territory.outsider):
        assert login(someone).get(page("study", sent)).status_code == 403


def test_a_guest_sees_the_study_and_its_images(sent: Sent, act: Act) -> None:
    client = enter(sent)
    answer = client.get(page("study", sent))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert act.patient.display_name in answer.content.decode()
    [film] = client.get(page("films", sent)).json()["films"]
    assert len(film["slices"]) == 2
    image = Instance.objects.filter(series__study__act=act).earliest("number")
    picture = client.get(page("picture", sent, image.pk, 1))
    assert (picture.headers["Content-Type"], picture.headers["Cache-Control"]) == (
        "image/jpeg",
        "private, no-store",
    )
    assert len(b"".join(ask_pieces(client, sent, image))) > 8  # type: ignore[arg-type]


def test_another_study_is_not_reached(sent: Sent, act: Act, territory: Territory) -> None:
    earlier = store_instance(content=make_ct(), by=make_edge(territory), at=now()).study
    assert earlier is not None
    put_beside(earlier, act, territory, at=now())
    other = Instance.objects.get(series__study=earlier)
    client = enter(sent)
    assert str(other.pk) not in client.get(page("films", sent)).content.decode()
    assert client.get(page("picture", sent, other.pk, 1)).status_code == 404
    assert b"".join(ask_pieces(client, sent, other))[4:8] == b"\0\0\0\0"  # type: ignore[arg-type]


def test_another_link_is_not_opened_by_this_one(sent: Sent, act: Act, territory: Territory) -> None:
    other = shared(act, by=territory.imageur)
    client = enter(sent)
    assert client.get(page("study", other)).status_code == 403
    client.cookies[COOKIE]["path"] = "/"
    assert client.get(page("study", other)).status_code == 403
    assert enter(other, client).get(page("study", other)).status_code == 200


def test_a_guest_reaches_nothing_else(sent: Sent, act: Act) -> None:
    client = enter(sent)
    client.cookies[COOKIE]["path"] = "/"
    for name in ("films:films", "films:quick_look", "copies:choose", "reports:show", "sharing:links"):
        assert client.get(reverse(name, args=[act.pk])).status_code == 302, name
    assert client.get("/dicomweb/studies").status_code in {401, 403}


def test_earlier_images_are_shown_alone_until_they_are_taken_away(act: Act, territory: Territory) -> None:
    earlier = store_instance(content=make_ct(), by=make_edge(territory), at=now()).study
    assert earlier is not None
    prior = put_beside(earlier, act, territory, at=now())
    sent = shared(act, by=territory.imageur, study=earlier)
    client = enter(sent)
    [film] = client.get(page("films", sent)).json()["films"]
    assert len(film["slices"]) == 1
    withdraw_prior(prior=prior, reason="Autre patient", by=territory.technologist, at=now())
    assert client.get(page("films", sent)).status_code == 403


def test_a_revoked_link_ends_the_visit_at_once(sent: Sent, territory: Territory) -> None:
    client = enter(sent)
    revoke_link(link=sent.link, by=territory.imageur, at=now())
    for name in PAGES:
        assert client.get(page(name, sent)).status_code == 403


def test_a_link_that_is_over_ends_the_visit(sent: Sent) -> None:
    client = enter(sent)
    began = now() - timedelta(hours=25)
    SharedLink.objects.update(created_at=began, expires_at=began + timedelta(hours=24))
    for name in PAGES:
        assert client.get(page(name, sent)).status_code == 403


def test_half_an_hour_without_a_request_ends_the_visit(sent: Sent) -> None:
    client = enter(sent)
    Visit.objects.update(last_seen_at=now() - timedelta(minutes=29))
    assert client.get(page("study", sent)).status_code == 200
    assert now() - Visit.objects.get().last_seen_at < timedelta(minutes=5)
    Visit.objects.update(last_seen_at=now() - timedelta(minutes=30))
    assert client.get(page("study", sent)).status_code == 403


def test_leaving_ends_the_visit(sent: Sent) -> None:
    client = enter(sent)
    assert client.get(page("leave", sent)).status_code == 405
    key = client.cookies[COOKIE].value
    assert client.post(page("leave", sent)).status_code == 200
    client.cookies[COOKIE] = key
    assert client.get(page("study", sent)).status_code == 403


def test_the_report_is_given_where_it_is_granted_and_signed(territory: Territory) -> None:
    report = signed(territory)
    without = enter(shared(report.act, by=territory.imageur))
    link = SharedLink.objects.latest("created_at")
    assert without.get(reverse("outside:document", args=[link.pk])).status_code == 404
    granted = shared(report.act, by=territory.imageur, terms=Terms("Avis", 24, True, "patient"))
    client = enter(granted)
    assert page("document", granted) in client.get(page("study", granted)).content.decode()
    answer = client.get(page("document", granted))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_report_that_is_not_signed_is_given_to_nobody(act: Act, territory: Territory) -> None:
    sent = shared(act, by=territory.imageur, terms=Terms("Avis", 24, True, "patient"))
    client = enter(sent)
    assert page("document", sent) not in client.get(page("study", sent)).content.decode()
    assert client.get(page("document", sent)).status_code == 404


def test_what_a_guest_sees_is_traced_and_told_to_the_patient(territory: Territory) -> None:
    report = signed(territory)
    sent = shared(report.act, by=territory.requester, terms=TERMS)
    client = enter(sent)
    for _time in range(3):
        client.get(page("study", sent))
        client.get(page("films", sent))
    [entry] = Entry.objects.filter(action="viewed.images", actor_id=sent.link.pk)
    assert (entry.actor_role, entry.act_id) == (Role.OUTSIDE_PROFESSIONAL, report.act_id)
    assert entry.patient_id == territory.patient.pk
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=now())
    patient = make_patient_actor(territory.patient)
    [look] = list_looks(report.act_id, actor=patient).people
    assert look.name == "Dr Ysoline Carrel"
    assert territory.requester.label in str(look.why)
    assert look.structure == "CHU de Hautecombe"


@pytest.mark.django_db
def test_an_unknown_link_looks_like_one_that_is_over(client: Client) -> None:
    assert client.get(reverse("outside:study", args=[uuid4()])).status_code == 403


def test_the_study_is_the_links_own(sent: Sent) -> None:
    assert sent.link.study == Study.objects.get(act=sent.link.act)


def test_a_doubt_about_the_images_closes_the_visit_at_once_until_it_is_settled(
    sent: Sent, act: Act, territory: Territory
) -> None:
    guest = enter(sent)
    image = Instance.objects.filter(series__study__act=act).earliest("number")
    doubt = quarantine_study(
        study=Study.objects.get(act=act), reason="Autre patient ?", by=territory.imageur, at=now()
    )
    answers = [guest.get(page(name, sent)) for name in PAGES]
    answers += [guest.get(page("picture", sent, image.pk, 1)), ask_pieces(guest, sent, image)]
    assert [each.status_code for each in answers] == [403] * 4
    lift_quarantine(quarantine=doubt, reason="C’est bien elle", by=territory.imageur, at=now())
    assert guest.get(page("study", sent)).status_code == 200
