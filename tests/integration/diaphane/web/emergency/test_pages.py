"""Accesses in an emergency: asked, seen by the site and the patient, reviewed (R42, R43, R44)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from tests import reading_scenes, scenes
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.reading_scenes import fresh_code
from tests.scenes import Territory

Login = Callable[[Actor], Client]
WORDS = "Patiente aux urgences, inconsciente."
ASK = "emergency:ask"


def fill(by: Actor, number: str, **values: str) -> dict[str, str]:
    return {"accession_number": number, "motive": "vital", "words": WORDS, "code": fresh_code(by)} | values


@pytest.fixture
def outsider(territory: Territory) -> Actor:
    return make_actor(Role.IMAGEUR, StructureFactory(name="Clinique d’ailleurs"))


@pytest.fixture
def report(territory: Territory) -> Report:
    return reading_scenes.signed(territory)


def test_the_exam_opens_in_its_own_pages_and_to_the_viewer(
    report: Report, outsider: Actor, login: Login
) -> None:
    client = login(outsider)
    act = report.act
    pages = [reverse(name, args=[act.pk]) for name in ("reports:show", "viewer:act", "reading_room:act")]
    study = f"/dicomweb/studies/{act.study_instance_uid}/metadata"
    assert {client.get(page).status_code for page in (*pages, study)} == {404}
    answer = client.post(reverse(ASK), fill(outsider, act.accession_number))
    assert answer.headers["Location"] == reverse(ASK)
    assert {client.get(page).status_code for page in (*pages, study)} == {200}
    page = client.get(reverse(ASK)).content.decode()
    assert WORDS in page
    assert str(act.patient) in page
    access = EmergencyAccess.objects.get()
    client.post(reverse("emergency:end", args=[access.pk]))
    assert {client.get(page).status_code for page in (*pages, study)} == {404}


@pytest.mark.parametrize(("scene", "step"), [("submitted", 'data-opens="cancel"'), ("signed", "/confreres/")])
def test_the_exam_says_that_it_is_for_reading_and_offers_no_step(
    territory: Territory, login: Login, scene: str, step: str
) -> None:
    part = scenes.submitted(territory) if scene == "submitted" else reading_scenes.signed(territory)
    stranger = make_actor(Role.REQUESTING_PHYSICIAN, StructureFactory())
    login(stranger).post(reverse(ASK), fill(stranger, part.act.accession_number))
    page = reverse("requesting:act" if scene == "submitted" else "reports:show", args=[part.act_id])
    for actor, is_ours in ((territory.requester, True), (stranger, False)):
        words = login(actor).get(page).content.decode()
        assert (step in words) == is_ours
        assert ("Vous lisez cet examen par un accès en urgence" in words) != is_ours


@pytest.mark.parametrize(
    "change",
    [{"words": ""}, {"motive": ""}, {"code": ""}, {"code": "000000x"}, {"accession_number": "DIA0"}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_missing_or_wrong_is_said_and_nothing_opens(
    report: Report, outsider: Actor, login: Login, change: dict[str, str]
) -> None:
    values = fill(outsider, report.act.accession_number) | change
    answer = login(outsider).post(reverse(ASK), values)
    assert answer.status_code == 422
    content = answer.content.decode()
    assert "réponses" in content
    assert report.act.patient.birth_name not in content
    assert not EmergencyAccess.objects.exists()


def test_the_site_reads_it_in_the_history_of_the_exam(
    territory: Territory, outsider: Actor, login: Login
) -> None:
    act = scenes.submitted(territory).act
    login(outsider).post(reverse(ASK), fill(outsider, act.accession_number))
    page = login(territory.requester).get(reverse("requesting:act", args=[act.pk])).content.decode()
    assert "Ouvert en urgence" in page
    assert WORDS in page
    assert outsider.label in page


def test_the_patient_reads_who_and_why(
    report: Report, outsider: Actor, territory: Territory, login: Login
) -> None:
    record_patient_told(report=report, how="in_person", companion="", by=territory.requester, at=now())
    login(outsider).post(reverse(ASK), fill(outsider, report.act.accession_number))
    patient = login(make_patient_actor(territory.patient))
    address = reverse("patient:exam", args=[report.act_id])
    page = patient.get(address).content.decode()
    assert outsider.label in page
    assert "sans faire partie de l’équipe qui vous soigne" in page
    assert WORDS in page
    reviewer = login(make_actor(Role.DPO, territory.site))
    review = reverse("emergency:review", args=[EmergencyAccess.objects.get().pk])
    reviewer.post(review, {"verdict": "unjustified", "conclusion": "Une voisine."})
    page = patient.get(address).content.decode()
    assert "ce n’était pas justifié" in page
    assert "Une voisine." not in page


def test_the_administrator_reviews_without_the_patient_s_name(
    report: Report, outsider: Actor, territory: Territory, login: Login
) -> None:
    login(outsider).post(reverse(ASK), fill(outsider, report.act.accession_number))
    admin = login(make_actor(Role.DPO, territory.site))
    page = admin.get(reverse("emergency:review_list")).content.decode()
    assert report.act.accession_number in page
    assert WORDS in page
    assert report.act.patient.birth_name.upper() not in page
    review = reverse("emergency:review", args=[EmergencyAccess.objects.get().pk])
    assert admin.post(review, {"verdict": "justified"}).status_code == 422
    answer = admin.post(review, {"verdict": "justified", "conclusion": "Appel du SAMU."})
    assert answer.status_code == 302
    assert "Appel du SAMU." in admin.get(reverse("emergency:review_list")).content.decode()


def test_another_site_s_administrator_finds_nothing(report: Report, outsider: Actor, login: Login) -> None:
    login(outsider).post(reverse(ASK), fill(outsider, report.act.accession_number))
    stranger = login(make_actor(Role.DPO, StructureFactory()))
    assert WORDS not in stranger.get(reverse("emergency:review_list")).content.decode()
    review = reverse("emergency:review", args=[EmergencyAccess.objects.get().pk])
    answer = stranger.post(review, {"verdict": "justified", "conclusion": "Vu."})
    assert answer.status_code == 404


def test_somebody_else_s_access_is_not_ended(report: Report, outsider: Actor, login: Login) -> None:
    login(outsider).post(reverse(ASK), fill(outsider, report.act.accession_number))
    other = login(make_actor(Role.IMAGEUR, StructureFactory()))
    address = reverse("emergency:end", args=[EmergencyAccess.objects.get().pk])
    assert other.post(address).status_code == 404
    assert EmergencyAccess.objects.filter(ended_at=None).exists()
