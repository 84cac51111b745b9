"""A CD brought from the browser: what the script sends is checked, whose images is said by a person."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from diaphane.acquisition.models import Exam
from diaphane.audit.models import Entry
from diaphane.imaging import keeping
from diaphane.imaging.models import Instance, Prior, Study
from diaphane.imaging.priors import list_priors
from diaphane.kernel.actors import Actor, Role
from diaphane.media.models import BroughtFile, MediaImport
from tests.cds import make_cd, make_earlier, make_neighbour
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import arrived
from tests.scenes import Territory

from .pages import page, text_of, touch

Login = Callable[[Actor], Client]


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return arrived(territory)


def announce(client: Client, exam: Exam, files: object) -> HttpResponse:
    body = json.dumps({"files": files})
    return client.post(page("bring_announce", exam), body, content_type="application/json")  # type: ignore[return-value]


def send(client: Client, exam: Exam, files: dict[str, bytes], **values: str) -> HttpResponse:
    parts = [SimpleUploadedFile("image", content) for content in files.values()]
    data = {"paths": json.dumps(list(files)), "file": parts} | values
    return client.post(page("bring_files", exam), data)  # type: ignore[return-value]


def bring(client: Client, exam: Exam, files: dict[str, bytes]) -> dict[str, object]:
    """Announce and send a CD as the script does."""
    kinds = [
        [path, len(each), "dicom" if each[128:132] == b"DICM" else "other"] for path, each in files.items()
    ]
    wanted = announce(client, exam, kinds).json()["send"]  # type: ignore[attr-defined]
    answer = send(client, exam, {path: files[path] for path in wanted})
    assert answer.status_code == 200
    return answer.json()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    "files",
    [
        None,
        "CD",
        7,
        [["CD/IM1"]],
        [["CD/IM1", "x", "dicom"]],
        [["CD/IM1", -1, "dicom"]],
        [["CD/IM1", 1, "kept"]],
    ],
)
def test_a_list_that_makes_no_sense_is_refused(client: Client, exam: Exam, files: object) -> None:
    assert announce(client, exam, files).status_code == 400
    assert not MediaImport.objects.exists()


def test_a_body_that_is_no_list_is_refused(client: Client, exam: Exam) -> None:
    url = page("bring_announce", exam)
    assert client.post(url, b"\xff{", content_type="application/json").status_code == 400
    announce(client, exam, [["CD/IM1", 10, "dicom"]])
    for paths in ("", "{", "7", '["a", "b"]'):
        assert send(client, exam, {"CD/IM1": b"x"}, paths=paths).status_code == 400
    assert BroughtFile.objects.get().fate == "awaited"


def test_nothing_is_taken_before_an_import_is_open(client: Client, exam: Exam) -> None:
    assert send(client, exam, {"CD/IM1": make_earlier(exam.act)[0]}).status_code == 404
    assert client.post(page("bring_close", exam)).status_code == 404
    assert not Instance.objects.exists()


def test_another_site_sends_nothing_and_sees_nothing(
    territory: Territory, login: Login, client: Client, exam: Exam
) -> None:
    bring(client, exam, make_cd(*make_earlier(exam.act)))
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    assert announce(stranger, exam, []).status_code == 404
    assert send(stranger, exam, {"CD/IM1": b""}).status_code == 404
    assert stranger.get(page("bring", exam)).status_code == 404
    assert stranger.get(page("bring_progress", exam)).status_code == 404


def test_a_full_disk_is_said_so_that_the_script_tries_again(
    client: Client, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(client, exam, [["CD/IM1", 10, "dicom"]])
    monkeypatch.setattr(keeping, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    assert send(client, exam, {"CD/IM1": make_earlier(exam.act)[0]}).status_code == 507


def test_the_page_says_what_became_of_each_file_and_compares_identities(client: Client, exam: Exam) -> None:
    assert "Choisir un CD" in text_of(client.get(page("bring", exam)))  # type: ignore[arg-type]
    counts = bring(client, exam, make_cd(*make_earlier(exam.act), make_neighbour()))
    assert counts == {"expected": 4, "received": 4, "verified": 4}
    said = text_of(client.get(page("bring_progress", exam)))  # type: ignore[arg-type]
    assert "VOISIN, ALAIN" in said
    assert said.index("VOISIN, ALAIN") > said.index(exam.act.patient.birth_name.upper())
    assert "différent" in said
    assert "CD/VIEWER.EXE" in said
    assert "CD/DICOMDIR" in said
    assert said.count('value="none" checked') == 2


def test_a_large_file_is_taken_from_where_it_was_written(
    client: Client, exam: Exam, settings: object
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100  # type: ignore[attr-defined]
    assert bring(client, exam, {"CD/IM1": make_earlier(exam.act)[0]})["verified"] == 1


def test_nothing_is_attached_without_a_choice_and_a_comparison(client: Client, exam: Exam) -> None:
    bring(client, exam, make_cd(*make_earlier(exam.act)))
    study = Study.objects.get()
    for values in (
        {},
        {f"study_{study.pk}": "prior"},
        {f"study_{study.pk}": "everything", "is_compared": "on"},
        {"study_x": "prior", "is_compared": "on"},
        {f"study_{uuid4()}": "prior", "is_compared": "on"},
    ):
        response = touch(client, "bring_attach", exam, **values)
        assert response.status_code == 422
        assert "Rien n’a été rattaché" in text_of(response)
    assert not Prior.objects.exists()


def test_the_chosen_study_stands_beside_the_exam_and_can_be_taken_away(
    client: Client, exam: Exam, territory: Territory
) -> None:
    bring(client, exam, make_cd(*make_earlier(exam.act), make_neighbour()))
    study = Study.objects.exclude(patient_id="V-9").get()
    response = touch(client, "bring_attach", exam, **{f"study_{study.pk}": "prior", "is_compared": "on"})
    assert response.headers["HX-Redirect"] == page("bring", exam)
    [prior] = list_priors(exam.act)
    card = text_of(client.get(page("exam", exam)))  # type: ignore[arg-type]
    assert "Scanner cérébral" in card
    assert "02/01/2024" in card
    assert touch(client, "withdraw_prior", exam, prior=str(prior.pk), reason=" ").status_code == 422
    assert touch(client, "withdraw_prior", exam, prior="x", reason="Homonyme").status_code == 404
    assert touch(client, "withdraw_prior", exam, prior=str(prior.pk), reason="Homonyme").status_code == 204
    assert not list_priors(exam.act)
    assert not Study.objects.visible_to(territory.imageur).exists()


def test_an_import_that_is_over_says_who_ended_it_and_another_may_begin(
    client: Client, exam: Exam, territory: Territory
) -> None:
    bring(client, exam, {"CD/IM1": make_earlier(exam.act)[0]})
    assert touch(client, "bring_close", exam).headers["HX-Redirect"] == page("exam", exam)
    assert f"Terminé par {territory.technologist.label}" in text_of(client.get(page("bring", exam)))  # type: ignore[arg-type]
    bring(client, exam, {"CD/IM2": make_earlier(exam.act)[0]})
    assert MediaImport.objects.filter(act=exam.act).count() == 2
    assert Entry.objects.filter(action="import.opened", act_id=exam.act_id).count() == 2


def test_names_of_files_are_shown_as_text(client: Client, exam: Exam) -> None:
    bring(client, exam, {"CD/<script>alert(1)</script>": b"rien"})
    said = client.get(page("bring", exam)).content.decode()
    assert "<script>alert(1)" not in said
    assert "&lt;script&gt;alert(1)" in said


def test_an_archive_is_named_with_what_to_do(client: Client, exam: Exam) -> None:
    announce(client, exam, [["CD/notice.txt", 12, "other"]])
    assert "Décompressez-le d’abord" not in text_of(client.get(page("bring_progress", exam)))  # type: ignore[arg-type]
    announce(client, exam, [["CD/Images.ZIP", 12, "other"]])
    said = text_of(client.get(page("bring_progress", exam)))  # type: ignore[arg-type]
    assert "Décompressez-le d’abord" in said
    assert said.count("CD/Images.ZIP") == 2
    assert "un ZIP ou semblable : décompressez-le d’abord" in said
