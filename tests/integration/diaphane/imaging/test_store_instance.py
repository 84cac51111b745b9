"""What comes in is refused, or durable and verified; it joins its act, or waits for a person."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging import keeping
from diaphane.imaging.keeping import NotStoredError, UnreadableObjectError, keep_object
from diaphane.imaging.models import Instance, Reconciliation, Study
from diaphane.imaging.operations import index_objects, store_instance
from diaphane.imaging.queries import count_images, list_series
from diaphane.imaging.receipts import Outcome
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane_dicom.htj2k import transcode_to_htj2k
from tests.concurrency import at_once
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory, make_territory, validated

from .conftest import make_machine

Reason = Reconciliation.Reason


def stored_files() -> list[Path]:
    return sorted(Path(settings.OBJECTS).rglob("*.dcm"))


@pytest.mark.parametrize("content", [b"", b"bonjour", b"\0" * 128 + b"DICM" + b"rubbish"])
@pytest.mark.usefixtures("db")
def test_rubbish_is_refused_and_leaves_nothing(content: bytes) -> None:
    with pytest.raises(UnreadableObjectError):
        keep_object(content)
    assert stored_files() == []


@pytest.mark.usefixtures("db")
def test_an_object_whose_pixels_are_cut_is_refused_with_its_name() -> None:
    content = make_ct()
    with pytest.raises(UnreadableObjectError) as refused:
        keep_object(content[:-100])
    assert refused.value.sop_instance_uid
    assert stored_files() == []


@pytest.mark.usefixtures("db")
def test_a_disk_that_changes_what_it_keeps_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_digest", lambda _key: "0" * 64)
    with pytest.raises(NotStoredError):
        keep_object(make_ct())


@pytest.mark.parametrize("role", [Role.PATIENT, Role.REQUESTING_PHYSICIAN, Role.ADMINISTRATOR])
def test_other_roles_send_nothing(role: Role, territory: Territory, act: Act, at: datetime) -> None:
    sender = (
        make_patient_actor(territory.patient) if role is Role.PATIENT else make_actor(role, territory.site)
    )
    with pytest.raises(NotAllowedError):
        store_instance(content=make_ct(act), by=sender, at=at)
    assert not Instance.objects.exists()


def test_an_imageur_adds_nothing_to_a_study_that_is_not_open_to_them(
    territory: Territory, act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    receipt = store_instance(content=make_ct(act), by=stranger, at=at)
    assert receipt.outcome is Outcome.REFUSED
    assert Instance.objects.count() == 1


def test_an_imageur_adds_nothing_that_names_another_patient(
    territory: Territory, act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    receipt = store_instance(content=make_ct(act, PatientID="AUTRE"), by=territory.imageur, at=at)
    assert receipt.outcome is Outcome.REFUSED


def test_an_imageur_adds_to_the_study_of_their_act(
    territory: Territory, act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    receipt = store_instance(content=make_ct(act, number=9), by=territory.imageur, at=at)
    assert receipt.outcome is Outcome.STORED
    assert receipt.study is not None
    assert receipt.study.act == act


def test_a_study_of_no_exam_waits_for_a_person(edge: Actor, territory: Territory, at: datetime) -> None:
    receipt = store_instance(content=make_ct(), by=edge, at=at)
    assert receipt.is_held
    assert receipt.study is not None
    assert receipt.study.act is None
    waiting = Reconciliation.objects.get()
    assert (waiting.reason, waiting.study, waiting.site) == (
        Reason.UNKNOWN_STUDY,
        receipt.study,
        territory.site,
    )
    assert Event.objects.filter(kind="images.unattached", act_id=None).exists()


def test_the_exam_of_another_site_is_not_joined(act: Act, foreign_edge: Actor, at: datetime) -> None:
    receipt = store_instance(content=make_ct(act), by=foreign_edge, at=at)
    assert receipt.study is not None
    assert receipt.study.act is None
    assert Reconciliation.objects.get().reason == Reason.FOREIGN_SITE
    assert count_images(act).received == 0


@pytest.mark.parametrize(
    "unlike",
    [
        {"PatientID": "AUTRE"},
        {"IssuerOfPatientID": "", "PatientName": "AUTRE^NOM"},
        {"IssuerOfPatientID": "AILLEURS", "PatientBirthDate": "19111111"},
        {"IssuerOfPatientID": "", "PatientBirthDate": ""},
    ],
)
def test_images_of_another_patient_are_not_attached(
    unlike: dict[str, str], act: Act, edge: Actor, at: datetime
) -> None:
    receipt = store_instance(content=make_ct(act, **unlike), by=edge, at=at)
    assert receipt.study is not None
    assert receipt.study.act is None
    assert Reconciliation.objects.get().reason == Reason.OTHER_PATIENT


def test_another_patient_among_the_images_of_an_exam_waits_alone(act: Act, edge: Actor, at: datetime) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    store_instance(content=make_ct(act, PatientID="AUTRE"), by=edge, at=at)
    assert count_images(act).received == 1
    assert Study.objects.filter(act=None).count() == 1


def test_a_patient_without_a_known_issuer_is_known_by_name_and_birth_date(
    act: Act, edge: Actor, at: datetime
) -> None:
    bare = make_ct(act, IssuerOfPatientID="", PatientID="1234", PatientName=act.patient.dicom_name.upper())
    receipt = store_instance(content=bare, by=edge, at=at)
    assert receipt.study is not None
    assert receipt.study.act == act


def test_an_image_is_durable_verified_and_indexed(act: Act, edge: Actor, at: datetime) -> None:
    content = make_htj2k_ct(act)
    store_instance(content=content, by=edge, at=at)
    instance = Instance.objects.get()
    assert [path.read_bytes() for path in stored_files()] == [content]
    assert act.patient.birth_name not in instance.storage_key
    assert instance.verified_at == at
    assert (instance.rows, instance.columns, instance.number_of_frames) == (64, 64, 1)
    assert "7FE00010" not in instance.metadata
    [[(offset, length)]] = instance.frames
    assert content[offset : offset + 2] == b"\xff\x4f"
    assert offset + length <= len(content)


def test_a_file_is_taken_from_disk_too(act: Act, edge: Actor, at: datetime, tmp_path: Path) -> None:
    source = tmp_path / "received"
    source.write_bytes(make_ct(act))
    assert store_instance(content=source, by=edge, at=at).outcome is Outcome.STORED
    assert source.exists()


def test_the_same_object_twice_is_one_object(act: Act, edge: Actor, at: datetime) -> None:
    content = make_ct(act)
    first = store_instance(content=content, by=edge, at=at)
    second = store_instance(content=content, by=edge, at=at)
    assert (first.outcome, second.outcome) == (Outcome.STORED, Outcome.DUPLICATE)
    assert second.is_held
    assert Instance.objects.count() == len(stored_files()) == 1


def test_another_content_under_a_known_name_is_kept_aside(act: Act, edge: Actor, at: datetime) -> None:
    store_instance(content=make_ct(act, SOPInstanceUID="1.2.3"), by=edge, at=at)
    other = make_ct(act, SOPInstanceUID="1.2.3", SeriesDescription="Autre")
    for _again in range(2):
        receipt = store_instance(content=other, by=edge, at=at)
        assert receipt.outcome is Outcome.CONFLICT
        assert not receipt.is_held
    assert Instance.objects.count() == 1
    conflict = Reconciliation.objects.get()
    assert conflict.reason == Reason.CONFLICT
    assert (Path(settings.OBJECTS) / conflict.storage_key).read_bytes() == other


def test_the_same_object_in_another_encoding_is_one_object(act: Act, edge: Actor, at: datetime) -> None:
    native = make_ct(act, SOPInstanceUID="1.2.3", SeriesInstanceUID="1.2.4", size=64)
    store_instance(content=transcode_to_htj2k(native).content, by=edge, at=at)
    assert store_instance(content=native, by=edge, at=at).outcome is Outcome.DUPLICATE
    assert not Reconciliation.objects.exists()


def test_two_contents_under_one_name_in_one_transfer_are_both_kept(
    act: Act, edge: Actor, at: datetime
) -> None:
    first = make_ct(act, SOPInstanceUID="1.2.3", SeriesInstanceUID="1.2.9")
    second = make_ct(act, SOPInstanceUID="1.2.3", SeriesInstanceUID="1.2.1")
    receipts = index_objects([keep_object(first), keep_object(second)], by=edge, at=at)
    assert sorted(each.outcome for each in receipts) == [Outcome.CONFLICT, Outcome.STORED]
    held = {Instance.objects.get().storage_key, Reconciliation.objects.get().storage_key}
    assert {(Path(settings.OBJECTS) / key).read_bytes() for key in held} == {first, second}


def test_one_transfer_makes_one_event(act: Act, edge: Actor, at: datetime) -> None:
    kept = [keep_object(make_ct(act, number=number)) for number in range(3)]
    index_objects(kept, by=edge, at=at)
    event = Event.objects.get(kind="images.received")
    assert (event.act_id, event.subject_type) == (act.pk, "study")
    assert Entry.objects.filter(action="images.received", act_id=act.pk).count() == 1


def test_series_are_listed_with_their_counts(act: Act, edge: Actor, at: datetime) -> None:
    for number in range(2):
        store_instance(content=make_ct(act, number=number, SeriesInstanceUID="1.2.9"), by=edge, at=at)
    [series] = list_series(act)
    assert (series.modality, series.description, series.received, series.verified) == (
        "CT",
        "Parenchyme",
        2,
        2,
    )


def test_a_connected_service_of_the_site_sends_too(territory: Territory, act: Act, at: datetime) -> None:
    service = make_machine(territory.site.pk, Role.SERVICE)
    assert store_instance(content=make_ct(act), by=service, at=at).outcome is Outcome.STORED
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.verified, counts.series) == (1, 1, 1, 1)


def test_the_same_object_twice_in_one_transfer_is_one_object(act: Act, edge: Actor, at: datetime) -> None:
    content = make_ct(act)
    other = make_ct(act)
    receipts = index_objects([keep_object(each) for each in (content, other, content)], by=edge, at=at)
    assert [each.outcome for each in receipts] == [Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE]
    assert Instance.objects.count() == 2


def test_another_site_learns_nothing_from_a_conflict(
    act: Act, edge: Actor, foreign_edge: Actor, territory: Territory, at: datetime
) -> None:
    store_instance(content=make_ct(act, SOPInstanceUID="1.2.3"), by=edge, at=at)
    receipt = store_instance(content=make_ct(SOPInstanceUID="1.2.3"), by=foreign_edge, at=at)
    assert receipt.outcome is Outcome.CONFLICT
    assert Reconciliation.objects.get().site == territory.site


def test_a_person_learns_nothing_of_objects_that_are_not_open_to_them(
    act: Act, edge: Actor, at: datetime
) -> None:
    content = make_ct(act)
    store_instance(content=content, by=edge, at=at)
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    assert store_instance(content=content, by=stranger, at=at).outcome is Outcome.REFUSED


def test_many_objects_take_few_queries(
    act: Act, edge: Actor, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kept = [keep_object(make_ct(act, number=number, SeriesInstanceUID="1.2.9")) for number in range(20)]
    with django_assert_max_num_queries(33):
        index_objects(kept, by=edge, at=at)
    assert count_images(act).received == 20


@pytest.mark.django_db(transaction=True)
def test_two_transfers_of_one_study_at_once_store_each_object_once() -> None:
    territory = make_territory()
    act, edge = validated(territory).act, make_machine(territory.site.pk)
    contents = [make_ct(act, number=n, SeriesInstanceUID=f"1.2.{n % 3}") for n in range(12)]
    kept = [keep_object(each) for each in contents]
    at = now()
    orders = (kept, kept[::-1], kept[6:] + kept[:6])
    results = at_once(*(partial(index_objects, order, by=edge, at=at) for order in orders))
    outcomes = [receipt.outcome for receipts in results for receipt in receipts]  # type: ignore[attr-defined]
    assert outcomes.count(Outcome.STORED) == Instance.objects.count() == 12
    assert outcomes.count(Outcome.DUPLICATE) == 24
    study = Study.objects.get()
    assert study.act == act
    assert (study.number_of_series, study.number_of_instances, study.modalities) == (3, 12, ["CT"])
