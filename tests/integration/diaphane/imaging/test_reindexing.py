"""The index is rebuilt from the files alone, in a folder and in a bucket; what no file tells is kept."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from procrastinate.contrib.django.models import ProcrastinateJob
from pydicom import dcmread
from pydicom.uid import MPEG4HP41, DeflatedExplicitVRLittleEndian

import diaphane
from diaphane.acquisition.checking import check_exam_images
from diaphane.acquisition.jobs import check_images_of
from diaphane.acquisition.operations import open_exam
from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging import reindexing, stored_files
from diaphane.imaging.bucket import BucketError
from diaphane.imaging.judging import list_findings
from diaphane.imaging.keeping import keep_object
from diaphane.imaging.models import Instance, Prior, Reconciliation, Series, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.receipts import Outcome
from diaphane.imaging.stored_files import DOCUMENTS
from diaphane.kernel.actors import Actor
from diaphane_dicom.htj2k import transcode_to_htj2k
from tests.dose_objects import make_dose_report
from tests.factories import StructureFactory
from tests.images import make_ct, make_htj2k_ct
from tests.joins import join, put_beside
from tests.queue import run_jobs
from tests.scenes import Territory

Reason = Reconciliation.Reason
UNTOLD = {"id", "received_at", "received_from", "verified_at", "created_at"}


def make_deflated(content: bytes) -> bytes:
    """Return the same object in Deflated Explicit VR Little Endian."""
    dataset, stream = dcmread(BytesIO(content)), BytesIO()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def make_video(act: Act) -> bytes:
    """Return an object whose frames no byte range holds."""
    dataset, stream = dcmread(BytesIO(make_ct(act, SeriesInstanceUID="1.2.80"))), BytesIO()
    dataset.file_meta.TransferSyntaxUID = MPEG4HP41
    dataset.NumberOfFrames, dataset.PixelData = 7, _encapsulate(b"moving")
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _encapsulate(stream: bytes) -> bytes:
    items = b"\xfe\xff\x00\xe0\0\0\0\0" + b"\xfe\xff\x00\xe0" + len(stream).to_bytes(4, "little") + stream
    return items + b"\xfe\xff\xdd\xe0\0\0\0\0"


def _snapshot(*, leave_out: set[str] = frozenset()) -> dict[str, list[dict[str, object]]]:
    """Return every row, each referred to by what its file says when ids are left out."""
    found = {}
    for model, order in (
        (Study, "study_instance_uid"),
        (Series, "series_instance_uid"),
        (Instance, "sop_instance_uid"),
        (Reconciliation, "reason"),
    ):
        rows = model._default_manager.order_by(order, "pk").values()
        found[model.__name__] = [
            {name: value for name, value in row.items() if name not in leave_out} for row in rows
        ]
    return found


def told() -> dict[str, list[dict[str, object]]]:
    """Return what the rows say, but for what no file tells."""
    return _snapshot(leave_out=UNTOLD | {"study_id", "series_id"})


def run(*options: str) -> str:
    """Run the command, and return what it says; it fails here as it does there."""
    said = StringIO()
    try:
        call_command("reindex", "--in-transit", "0", *options, stdout=said)
    except CommandError as error:
        return f"{said.getvalue()}\n! {error}"
    return said.getvalue()


def count(said: str, words: str) -> int:
    """Return the number that follows some words."""
    [line] = [line for line in said.splitlines() if line.startswith(f"{words} : ")]
    return int(line.rpartition(" ")[2])


@pytest.fixture
def store_of(object_store: str, act: Act, edge: Actor, territory: Territory, at: datetime) -> Act:
    """Store an exam of several series and encodings, its dose report, a study that waits and a conflict."""
    htj2k = make_htj2k_ct(act, number=3, SeriesInstanceUID="1.2.77")
    double = make_ct(act, number=9, SeriesInstanceUID="1.2.78", SOPInstanceUID="1.2.3.4")
    for content in (
        make_ct(act, number=1, SeriesInstanceUID="1.2.77"),
        make_ct(act, number=2, SeriesInstanceUID="1.2.77"),
        htj2k,
        make_deflated(make_ct(act, number=4, SeriesInstanceUID="1.2.78")),
        make_video(act),
        make_dose_report(act),
        make_ct(number=1, IssuerOfPatientID=territory.site.issuer),
        double,
    ):
        assert store_instance(content=content, by=edge, at=at).outcome is Outcome.STORED
    other = make_ct(act, number=8, SeriesInstanceUID="1.2.78", SOPInstanceUID="1.2.3.4")
    assert store_instance(content=other, by=edge, at=at).outcome is Outcome.CONFLICT
    return act


def list_codes(act: Act) -> list[str]:
    return sorted(each.code for each in list_findings(act))


def list_keys() -> list[str]:
    return list(storages["objects"].list_keys())  # type: ignore[attr-defined]


@pytest.mark.usefixtures("store_of")
def test_what_is_right_is_left_as_it_is() -> None:
    before, events = _snapshot(), Event.objects.count()
    said = run()
    assert "!" not in said
    assert count(said, "Fichiers trouvés") == count(said, "Déjà justes") == len(list_keys()) == 9
    assert _snapshot() == before
    assert Event.objects.count() == events
    entry = Entry.objects.get(action="images.reindexed")
    assert (entry.detail["found"], entry.detail["right"]) == (9, 9)


def test_altered_rows_say_again_what_their_files_say_and_keep_the_rest(
    store_of: Act, edge: Actor, at: datetime
) -> None:
    odd = make_ct(store_of, number=2, SeriesInstanceUID="1.2.77", SeriesDescription="Autrement dit")
    store_instance(content=odd, by=edge, at=at)
    before = _snapshot()
    Instance.objects.update(
        metadata="{}", frames=None, facts={}, drawing=None, number=77, rows=None, size=1, has_bulk_data=True
    )
    Instance.objects.filter(series__series_instance_uid="1.2.78").update(sop_class_uid="1.2")
    Series.objects.update(description="faux", modality="MR", number_of_instances=50)
    Study.objects.update(patient_name_key="faux", study_date="", number_of_series=9, modalities=["MR"])
    said = run()
    assert "!" not in said
    assert count(said, "Lignes réparées") == 9
    assert _snapshot() == before
    assert {each.act_id for each in Event.objects.filter(kind="images.reindexed")} == {store_of.pk}
    assert count(run(), "Lignes réparées") == 0


@pytest.mark.usefixtures("store_of")
def test_lost_rows_come_back_to_their_exam_or_wait_for_a_person() -> None:
    before = told()
    act_id = Study.objects.exclude(act=None).get().act_id
    Reconciliation.objects.exclude(reason=Reason.CONFLICT).delete()
    for model in (Instance, Series):
        model._default_manager.all().delete()
    Study.objects.filter(act=None).delete()
    aside = Reconciliation.objects.get()
    said = run()
    assert "!" not in said
    assert count(said, "Lignes ajoutées") == 8
    assert told() == before
    assert Study.objects.exclude(act=None).get().act_id == act_id
    assert Study.objects.get(act=None).reconciliations.get().reason == Reason.UNKNOWN_STUDY
    aside.refresh_from_db()
    assert set(Instance.objects.values_list("received_from", flat=True)) == {"system"}
    assert count(run(), "Déjà justes") == 9


@pytest.mark.usefixtures("store_of")
def test_everything_lost_is_placed_by_identifiers_alone() -> None:
    Reconciliation.objects.all().delete()
    for model in (Instance, Series, Study):
        model._default_manager.all().delete()
    said = run()
    assert count(said, "Lignes ajoutées") == 8
    assert count(said, "Mis de côté, autre contenu d’une image connue") == 1
    assert Reconciliation.objects.filter(reason=Reason.CONFLICT).count() == 1
    assert Study.objects.exclude(act=None).get().number_of_instances == 7
    assert Study.objects.get(act=None).reconciliations.get().reason == Reason.UNKNOWN_STUDY


def test_a_dry_run_says_the_same_and_writes_nothing(store_of: Act) -> None:
    Instance.objects.filter(number=1).delete()
    Instance.objects.filter(number=2).update(metadata="{}")
    Study.objects.update(number_of_series=9)
    before, entries, events = _snapshot(), Entry.objects.count(), Event.objects.count()
    said = run("--dry-run")
    assert (count(said, "Lignes ajoutées"), count(said, "Lignes réparées")) == (4, 1)
    assert "Essai à blanc : rien n’a été écrit." in said
    assert (_snapshot(), Entry.objects.count(), Event.objects.count()) == (before, entries, events)


@pytest.mark.usefixtures("object_store")
def test_the_images_of_an_exam_are_judged_anew_once_their_rows_are_mended(
    act: Act, edge: Actor, at: datetime
) -> None:
    open_exam(act=act, at=at)
    for number in range(1, 9):
        content = make_ct(act, number=number, SeriesInstanceUID="1.2.77")
        store_instance(content=content, by=edge, at=at - timedelta(minutes=1))
    check_exam_images(act=act, at=at, is_settled=True)
    right = list_codes(act)
    moved = Instance.objects.get(number=5)
    Instance.objects.filter(pk=moved.pk).update(facts=moved.facts | {"ImagePositionPatient": [0, 0, 90]})
    check_exam_images(act=act, at=at, is_settled=True)
    assert list_codes(act) != right
    run()
    assert run_jobs()
    [waiting] = ProcrastinateJob.objects.filter(task_name="acquisition.check_images", status="todo")
    check_images_of(**waiting.args)
    assert list_codes(act) == right


@pytest.mark.usefixtures("object_store")
def test_what_a_person_decided_is_kept(act: Act, edge: Actor, territory: Territory, at: datetime) -> None:
    studies = [
        store_instance(content=content, by=edge, at=at).study
        for number in range(3)
        for content in (make_ct(number=number, PatientID=f"X-{number}"),)
    ]
    ours, beside, _waiting = studies
    assert ours is not None
    assert beside is not None
    join(ours, act, territory, at=at)
    put_beside(beside, act, territory, at=at)
    before = _snapshot()
    Instance.objects.update(metadata="{}")
    assert "!" not in run()
    assert _snapshot() == before
    Instance.objects.all().delete()
    assert count(run(), "Lignes ajoutées") == 3
    assert {study.pk: study.act_id for study in Study.objects.all()} == {
        each.pk: act.pk if each == ours else None for each in studies if each
    }
    assert Prior.objects.get().study_id == beside.pk


@pytest.mark.usefixtures("object_store", "territory")
def test_an_image_whose_site_nothing_tells_is_not_placed_before_a_person_says_it(
    territory: Territory, at: datetime
) -> None:
    kept = keep_object(make_ct())
    said = run()
    assert kept.storage_key in said
    assert "!" in said
    assert not Study.objects.exists()
    with pytest.raises(CommandError):
        call_command("reindex", "--site", "inconnu")
    assert count(run("--site", territory.site.finess), "Lignes ajoutées") == 1
    assert Study.objects.get().site_id == territory.site.pk


@pytest.mark.usefixtures("object_store")
def test_an_exam_s_images_of_another_patient_wait(act: Act, territory: Territory) -> None:
    keep_object(make_ct(act, PatientID="AUTRE", IssuerOfPatientID=territory.site.issuer))
    stranger = StructureFactory()
    keep_object(make_ct(act, IssuerOfPatientID=stranger.issuer))
    assert "!" not in run()
    assert {(each.reason, each.site_id) for each in Reconciliation.objects.all()} == {
        (Reason.OTHER_PATIENT, territory.site.pk),
        (Reason.FOREIGN_SITE, stranger.pk),
    }
    assert not Study.objects.exclude(act=None).exists()


def test_damaged_foreign_and_missing_files_are_named_by_their_keys(store_of: Act) -> None:
    store = storages["objects"]
    damaged, missing = Instance.objects.order_by("storage_key")[:2]
    whole = Instance.objects.order_by("storage_key").last()
    assert whole is not None
    store.save(damaged.storage_key, ContentFile(b"autre chose"))
    store.delete(missing.storage_key)
    text = "2c/f2/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.dcm"
    foreign = ["notes.txt", "ab/cd/notes.txt", f"zz/{whole.storage_key}", text]
    for key in foreign:
        store.save(key, ContentFile(b"hello"))
    for folder in DOCUMENTS:
        store.save(f"{folder}1.pdf", ContentFile(b"%PDF"))
    before = _snapshot()
    said = run()
    assert "!" in said
    listed = [line.strip() for line in said.splitlines() if line.startswith("  ")]
    assert listed == [damaged.storage_key, *sorted(foreign), missing.storage_key]
    assert act_words_are_absent(said, store_of)
    assert _snapshot() == before


def act_words_are_absent(said: str, act: Act) -> bool:
    """Say whether nothing of a patient or of an exam is told."""
    words = (act.study_instance_uid, act.patient.birth_name, "Parenchyme", "1.2.3.4")
    return not any(word in said for word in words)


@pytest.mark.usefixtures("store_of")
def test_a_run_that_was_cut_goes_on_after_its_last_key(monkeypatch: pytest.MonkeyPatch) -> None:
    Instance.objects.update(metadata="{}")
    calls = iter(range(100))

    def read_five(key: str) -> stored_files.Found:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return stored_files.read_again(key)

    with monkeypatch.context() as patch:
        patch.setattr(reindexing, "BATCH", 2)
        patch.setattr(reindexing, "read_again", read_five)
        said = run()
    assert "! Interrompu. Pour reprendre : --after " in said
    done = Instance.objects.exclude(metadata="{}").count()
    assert 0 < done < 8
    last = said.rpartition(" ")[2]
    assert last in list_keys()
    assert count(run("--after", last), "Lignes réparées") == 8 - done
    assert not Instance.objects.filter(metadata="{}").exists()


@pytest.mark.usefixtures("object_store", "act")
def test_a_file_that_has_just_come_is_left_to_its_transfer(act: Act) -> None:
    keep_object(make_ct(act))
    said = StringIO()
    call_command("reindex", stdout=said)
    assert count(said.getvalue(), "Laissés à leur transfert, trop récents") == 1
    assert not Study.objects.exists()


@pytest.mark.usefixtures("object_store")
def test_another_encoding_of_a_known_image_is_right(act: Act, edge: Actor, at: datetime) -> None:
    content = make_ct(act)
    store_instance(content=content, by=edge, at=at)
    again = transcode_to_htj2k(content).content
    assert store_instance(content=again, by=edge, at=at).outcome is Outcome.DUPLICATE
    before = _snapshot()
    assert count(run(), "Déjà justes") == 2
    assert _snapshot() == before


@pytest.mark.usefixtures("object_store")
def test_another_content_whose_original_is_missing_is_left_as_it_is(
    act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act, SOPInstanceUID="1.2.3.4"), by=edge, at=at)
    other = keep_object(make_ct(act, SOPInstanceUID="1.2.3.4", number=7))
    instance = Instance.objects.get()
    storages["objects"].delete(instance.storage_key)
    before = _snapshot()
    said = run()
    assert said.count(instance.storage_key) >= 1
    assert said.count(other.storage_key) >= 1
    assert _snapshot() == before


@pytest.mark.usefixtures("db")
def test_a_store_that_cannot_be_read_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> Iterator[str]:
        raise BucketError("autre chose")
        yield

    monkeypatch.setattr(type(storages["objects"]), "list_keys", fail)
    assert "Le dépôt des objets ne peut pas être lu" in run()


@pytest.mark.usefixtures("store_of")
def test_a_study_that_nothing_shows_any_more_waits_again(territory: Territory) -> None:
    Reconciliation.objects.exclude(reason=Reason.CONFLICT).delete()
    assert count(run(), "Études montrées de nouveau à leur site") == 1
    assert Study.objects.get(act=None).reconciliations.get().reason == Reason.UNKNOWN_STUDY
    assert count(run(), "Études montrées de nouveau à leur site") == 0


def test_a_row_that_names_another_image_is_repaired(store_of: Act) -> None:
    before = _snapshot()
    Instance.objects.filter(sop_instance_uid="1.2.3.4").update(sop_instance_uid="9.9.9")
    assert count(run(), "Lignes réparées") == 1
    assert _snapshot() == before


def test_every_folder_that_documents_are_kept_in_is_known() -> None:
    sources = [each.read_text() for each in Path(diaphane.__file__).parent.rglob("*.py")]
    written = re.compile(r'\.save\(f"([a-z]+/)|keep_document\([^)]*folder="([a-z]+)"')
    folders = {a or f"{b}/" for source in sources for a, b in written.findall(source)}
    assert folders == set(DOCUMENTS)
