"""What a tired hand, a glove or a broken page may send: a clear answer in French, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acts.queries import list_steps
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.scheduling.models import Appointment
from tests.factories import RoomFactory, StructureFactory
from tests.integration.diaphane.acquisition.table import (
    IOMEPROL,
    arrived,
    make_room,
    opened,
    planned,
    ready,
    receive,
    started,
)
from tests.scenes import Territory

from .pages import page, state_of, text_of, touch

Login = Callable[[Actor], Client]
HUGE = "a" * 100_000
INJECTION = {
    "dlp": "742",
    "contrast_product": "Ioméprol",
    "contrast_batch": "LOT",
    "contrast_volume": "60",
    "contrast_route": "veine",
}


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


@pytest.fixture
def under_way(territory: Territory) -> Exam:
    exam = started(territory, contrast=IOMEPROL)
    receive(territory, exam)
    return exam


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("dlp", "-1", "supérieure à zéro"),
        ("dlp", "0", "supérieure à zéro"),
        ("dlp", "1e9", "n’est pas plausible"),
        ("dlp", "30001", "n’est pas plausible"),
        ("dlp", "beaucoup", "Écrivez un nombre"),
        ("dlp", "NaN", "Écrivez un nombre"),
        ("dlp", "12.345", "décimales au plus"),
        ("ctdi_vol", "2001", "n’est pas plausible"),
        ("contrast_volume", "4000", "n’est pas plausible"),
        ("contrast_volume", "60 mL", "Écrivez un nombre"),
        ("device", HUGE, "trop long"),
        ("acquisitions", HUGE, "trop long"),
        ("incidents", HUGE, "trop long"),
        ("contrast_at", "25:61", "heure"),
    ],
)
def test_an_absurd_answer_is_named_and_what_was_typed_stays(
    client: Client, under_way: Exam, field: str, value: str, words: str
) -> None:
    response = touch(client, "finish", under_way, **(INJECTION | {field: value, "incidents_": ""}))
    assert response.status_code == 422
    assert words in text_of(response)
    assert "LOT" in text_of(response)
    assert state_of(under_way) == ExamState.IN_PROGRESS


def test_a_volume_without_its_batch_is_refused(client: Client, under_way: Exam) -> None:
    values = INJECTION | {"contrast_batch": "", "contrast_at": timezone.localtime().strftime("%H:%M")}
    response = touch(client, "finish", under_way, **values)
    assert response.status_code == 422
    assert "Le lot du produit de contraste" in text_of(response)


def test_an_injection_without_its_product_is_refused(client: Client, under_way: Exam) -> None:
    response = touch(client, "finish", under_way, dlp="742", contrast_volume="60")
    assert response.status_code == 422
    assert "Quel produit de contraste" in text_of(response)


def test_an_injection_later_than_now_is_refused(client: Client, under_way: Exam) -> None:
    later = timezone.localtime(now() + timedelta(minutes=30)).strftime("%H:%M")
    response = touch(client, "finish", under_way, **INJECTION, contrast_at=later)
    assert response.status_code == 422
    assert "à venir" in text_of(response)


def test_an_injection_before_the_patient_came_is_refused(client: Client, under_way: Exam) -> None:
    earlier = timezone.localtime(now() - timedelta(hours=3)).strftime("%H:%M")
    assert touch(client, "finish", under_way, **INJECTION, contrast_at=earlier).status_code == 422


def test_contrast_nobody_prescribed_is_sent_back_to_the_radiologist(
    territory: Territory, client: Client
) -> None:
    exam = started(territory)
    receive(territory, exam)
    at_once = timezone.localtime().strftime("%H:%M")
    response = touch(client, "finish", exam, **INJECTION, contrast_at=at_once, on_site_physician="Dr Tissot")
    assert response.status_code == 422
    assert "Aucun produit de contraste n’est prescrit" in text_of(response)
    assert Exam.objects.get(pk=exam.pk).contrast_product == ""


def test_an_injection_names_the_physician_who_was_there(client: Client, under_way: Exam) -> None:
    at_once = timezone.localtime().strftime("%H:%M")
    response = touch(client, "finish", under_way, **INJECTION, contrast_at=at_once, on_site_physician="  ")
    assert response.status_code == 422
    assert "R84" in text_of(response)


@pytest.mark.parametrize(
    "values",
    [
        {"identity_read_back": "by guess"},
        {"consent_act": "given:nobody"},
        {"consent_distance": "given"},
        {"on_site_physician": HUGE},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_answer_outside_the_list_is_refused(
    territory: Territory, client: Client, values: dict[str, str]
) -> None:
    exam = arrived(territory, contrast=IOMEPROL)
    for name in ("prepare", "ready"):
        assert touch(client, name, exam, **values).status_code == 422
    assert state_of(exam) == ExamState.ARRIVED
    assert Exam.objects.get(pk=exam.pk).on_site_physician == ""


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"when": "other", "day": "", "hour": "10:00"},
        {"when": "other", "day": "yesterday", "hour": "10:00"},
        {"when": "other", "day": "2020-01-01", "hour": "10:00"},
        {"when": "other", "day": "9999-12-31", "hour": "23:59"},
        {"when": "next", "proposed": "soon"},
        {"when": "whenever"},
    ],
    ids=str,
)
def test_a_time_that_is_none_is_refused(territory: Territory, client: Client, values: dict[str, str]) -> None:
    exam, room = opened(territory), make_room(territory)
    response = touch(client, "schedule", exam, room=str(room.pk), **values)
    assert response.status_code == 422
    assert "R73" in text_of(response)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("kind", ["foreign", "mri", "unknown", "absurd"])
def test_a_room_that_is_not_the_site_s_does_not_exist(
    territory: Territory, client: Client, kind: str
) -> None:
    exam = opened(territory)
    rooms = {
        "foreign": str(RoomFactory(structure=StructureFactory()).pk),
        "mri": str(make_room(territory, modality="MR").pk),
        "unknown": str(exam.pk),
        "absurd": "une salle",
    }
    assert touch(client, "schedule", exam, room=rooms[kind], when="now").status_code == 404


@pytest.mark.parametrize(
    ("scene", "name", "values"),
    [
        (planned, "arrive", {}),
        (ready, "start", {}),
        (ready, "check_again", {}),
        (planned, "cancel", {"motive": "breakdown"}),
    ],
    ids=["arrive", "start", "check_again", "cancel"],
)
def test_a_double_click_is_told_and_does_nothing_twice(
    territory: Territory,
    client: Client,
    scene: Callable[[Territory], Exam],
    name: str,
    values: dict[str, str],
) -> None:
    exam = scene(territory)
    assert touch(client, name, exam, **values).status_code in {200, 204}
    steps = list_steps(exam.act).count()
    second = touch(client, name, exam, **values)
    assert second.status_code == 409
    assert "n’est plus possible" in text_of(second)
    assert list_steps(exam.act).count() == steps


def test_a_second_end_of_the_acquisition_is_told(client: Client, under_way: Exam) -> None:
    assert touch(client, "finish", under_way, dlp="742").status_code == 200
    second = touch(client, "finish", under_way, dlp="beaucoup")
    assert second.status_code == 409
    assert str(Exam.objects.get(pk=under_way.pk).dlp) == "742.0"


def test_a_slot_planned_twice_is_told(territory: Territory, client: Client) -> None:
    exam, room = opened(territory), make_room(territory)
    values = {"room": str(room.pk), "when": "now"}
    assert touch(client, "schedule", exam, **values).status_code == 200
    second = touch(client, "schedule", exam, **values)
    assert second.status_code == 409
    assert "planifié entre-temps" in text_of(second)
    assert Appointment.objects.count() == 1


def test_a_reason_too_long_is_refused_and_the_exam_stays(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    response = touch(client, "cancel", exam, motive="other", reason=HUGE)
    assert response.status_code == 422
    assert "trop long" in text_of(response)
    assert state_of(exam) == ExamState.SCHEDULED


def test_a_message_too_long_is_refused(territory: Territory, client: Client) -> None:
    assert touch(client, "write", arrived(territory), text=HUGE).status_code == 422


def test_a_stale_position_is_only_a_position(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    assert client.get(page("live", exam), {"seen": HUGE[:2000]}).status_code == 200
