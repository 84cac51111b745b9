"""The finished exam of the demo is played by the real operations, once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from diaphane.accounts.machines import TOKEN_LASTS
from diaphane.accounts.models import ServiceToken
from diaphane.acquisition.models import Exam
from diaphane.demo.acts import play_current_acts
from diaphane.demo.past_exam import MOST_SLICES, is_past_exam_there, play_past_exam
from diaphane.demo.territory import build_territory, get_patient, get_person_actor, let_machines_in
from diaphane.demo.tour import list_patients, list_professionals, list_steps
from diaphane.imaging.films import list_films
from diaphane.imaging.models import Instance, Reconciliation
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.patients.models import Relationship
from diaphane.reporting.models import Report
from tests.browsing import open_session
from tests.images import make_ct


@pytest.fixture
def slices(tmp_path: Path) -> Path:
    """Return a folder of images of nobody, as the demo's builder leaves them."""
    folder = tmp_path / "brain"
    folder.mkdir()
    for number in range(1, 61):
        (folder / f"{number:04d}.dcm").write_bytes(make_ct(number=number, Modality="MR"))
    return folder


@pytest.fixture
def played(db: None, at: datetime, slices: Path) -> Report:
    """Return the report of the past exam."""
    cache.clear()
    build_territory(at=at)
    play_current_acts(at=at)
    assert play_past_exam(images=slices)
    return Report.objects.get()


def test_it_is_signed_told_and_shows_its_images(played: Report) -> None:
    assert (played.state, bool(played.patient_told_at)) == ("final", True)
    assert Exam.objects.get(act=played.act).state == "reported"
    patient = Actor(id=uuid7(), role=Role.PATIENT, label="", patient_id=played.act.patient_id)
    [film] = list_films(played.act, actor=patient)
    assert 20 <= len(film.slices) <= MOST_SLICES
    assert list(film.series.instances.values_list("number", flat=True)) == list(
        range(1, len(film.slices) + 1)
    )
    assert all(len(each.cuts) > 1 for each in film.slices)
    assert not Reconciliation.objects.exists()


def test_with_images_of_one_s_own_the_tour_promises_no_finished_exam(db: None, at: datetime) -> None:
    build_territory(at=at)
    play_current_acts(at=at)
    assert not is_past_exam_there()


def test_the_territory_is_made_once_with_who_stands_beside_its_patients(db: None, at: datetime) -> None:
    for _twice in range(2):
        build_territory(at=at)
    beside = Relationship.objects.values_list("person__first_names", "quality")
    assert sorted(beside) == [("Hélène", "trusted"), ("Lucie", "carer")]
    let_machines_in(at=at)
    assert ServiceToken.objects.get(role=Role.SERVICE).expires_at == at + TOKEN_LASTS


def test_playing_it_again_changes_nothing(played: Report, slices: Path) -> None:
    before = Instance.objects.count()
    assert not play_past_exam(images=slices)
    assert (Instance.objects.count(), Report.objects.count()) == (before, 1)
    assert is_past_exam_there()


def test_its_patient_reads_it_at_once_and_sees_who_looked(
    played: Report, run_jobs: Callable[[], int]
) -> None:
    from diaphane.accounts.models import User
    from diaphane.kernel.actors import Actor, Role

    run_jobs()
    account = User.objects.get(patient_id=get_patient("odette.garnier").pk)
    client: Client = open_session(Actor(id=account.pk, role=Role.PATIENT, label=account.name))
    words = client.get(f"/mon-espace/{played.act_id}/").content.decode()
    assert played.patient_found in words
    assert get_person_actor("ines.marchal").label in words


def test_the_tour_has_seven_steps_and_every_chair_is_someones(played: Report) -> None:
    steps = list_steps()
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    chairs = {each.key for each in [*list_professionals(), *list_patients()]}
    assert len(chairs) == 17
    assert {move.chair.key for step in steps for move in step.moves} <= chairs
