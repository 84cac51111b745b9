"""Key images: the imageur keeps them as documents of the exam's study, and takes them back by a note."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.imaging.films import list_films
from diaphane.imaging.judging import list_findings
from diaphane.imaging.keeping import read_object
from diaphane.imaging.key_images import (
    KeptWindow,
    keep_key_image,
    release_key_image,
    write_key_image,
    write_withdrawal,
)
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.pictures import Picture
from diaphane.imaging.quarantining import quarantine_study
from diaphane.imaging.queries import count_images, list_series
from diaphane.imaging.receipts import Outcome
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane_dicom.key_objects import KEY_OBJECTS, REJECTED, read_selection
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.scenes import Territory


@pytest.fixture
def picture(act: Act, edge: Actor, at: datetime) -> Picture:
    """Return the one frame of the one image of the exam."""
    receipt = store_instance(content=make_ct(act), by=edge, at=at)
    found = Instance.objects.select_related("series__study")
    return Picture(found.get(sop_instance_uid=receipt.sop_instance_uid), 1)


def keep(act: Act, picture: Picture, by: Actor, at: datetime) -> None:
    keep_key_image(act=act, picture=picture, window=KeptWindow(40, 80), by=by, at=at)


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.REQUESTING_PHYSICIAN])
def test_another_role_keeps_nothing(
    role: Role, act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    by = {Role.TECHNOLOGIST: territory.technologist, Role.REQUESTING_PHYSICIAN: territory.requester}[role]
    with pytest.raises(NotAllowedError):
        keep(act, picture, by, at)
    assert list_key_images(act, actor=SYSTEM) == []


def test_an_imageur_to_whom_the_exam_is_not_open_keeps_nothing(
    act: Act, picture: Picture, at: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        keep(act, picture, make_actor(Role.IMAGEUR, StructureFactory()), at)
    assert not Instance.objects.filter(sop_class_uid=KEY_OBJECTS).exists()


def test_an_image_is_kept_once_with_its_window_and_who_kept_it(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    for _again in range(2):
        keep(act, picture, territory.imageur, at)
    [found] = list_key_images(act, actor=SYSTEM)
    assert (found.instance, found.frame, found.window) == (picture.instance, 1, (40.0, 80.0))
    assert found.by_label == territory.imageur.label
    document = dcmread(BytesIO(read_object(found.documents[0].storage_key)))
    assert (document.SOPClassUID, document.Modality) == (KEY_OBJECTS, "KO")
    assert document.StudyInstanceUID == act.study_instance_uid
    assert document.PatientName == act.patient.dicom_name


def test_an_image_taken_back_is_kept_no_more_and_no_document_is_lost(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    keep(act, picture, territory.imageur, at)
    [found] = list_key_images(act, actor=SYSTEM)
    release_key_image(act=act, image=found, by=territory.imageur, at=at)
    assert list_key_images(act, actor=SYSTEM) == []
    documents = Instance.objects.filter(sop_class_uid=KEY_OBJECTS).order_by("number")
    assert [each.number for each in documents] == [1, 2]
    note = read_selection(dcmread(BytesIO(read_object(documents[1].storage_key))))
    assert note.title == REJECTED
    assert [each.sop_instance_uid for each in note.references] == [documents[0].sop_instance_uid]
    with pytest.raises(ConflictError):
        release_key_image(act=act, image=found, by=territory.imageur, at=at)
    keep(act, picture, territory.imageur, at)
    assert len(list_key_images(act, actor=SYSTEM)) == 1


def test_a_selection_made_elsewhere_is_shown_and_not_taken_back(
    act: Act, picture: Picture, territory: Territory, edge: Actor, at: datetime
) -> None:
    keep(act, picture, territory.imageur, at)
    [found] = list_key_images(act, actor=SYSTEM)
    foreign = dcmread(BytesIO(read_object(found.documents[0].storage_key)))
    release_key_image(act=act, image=found, by=territory.imageur, at=at)
    foreign.Manufacturer, foreign.SOPInstanceUID = "Autre", "1.2.3.4.5"
    stream = BytesIO()
    foreign.save_as(stream, enforce_file_format=True)
    store_instance(content=stream.getvalue(), by=edge, at=at)
    [other] = list_key_images(act, actor=SYSTEM)
    assert other.by_label == territory.imageur.label  # as the document itself says
    with pytest.raises(NotAllowedError):
        release_key_image(act=act, image=other, by=territory.imageur, at=at)


def test_documents_are_no_images(act: Act, picture: Picture, territory: Territory, at: datetime) -> None:
    before = (
        count_images(act),
        len(list_series(act)),
        len(list_films(act, actor=SYSTEM)),
        list(list_findings(act)),
    )
    keep(act, picture, territory.imageur, at)
    after = (
        count_images(act),
        len(list_series(act)),
        len(list_films(act, actor=SYSTEM)),
        list(list_findings(act)),
    )
    assert after == before
    assert (after[0].expected, after[0].received, after[0].series) == (1, 1, 1)


def test_an_image_of_another_identity_is_refused(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    stranger = replace(picture)
    study = stranger.instance.series.study
    study.patient_id = "AUTRE"
    study.save(update_fields=["patient_id"])
    with pytest.raises(NotAllowedError):
        keep(act, stranger, territory.imageur, at)
    assert list_key_images(act, actor=SYSTEM) == []


def test_a_doubt_hides_key_images_from_who_cannot_settle_it(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    keep_key_image(act=act, picture=picture, window=None, by=territory.imageur, at=at)
    quarantine_study(study=Study.objects.get(act=act), reason="Autre ?", by=territory.imageur, at=at)
    assert list_key_images(act, actor=territory.requester) == []
    assert len(list_key_images(act, actor=territory.imageur)) == 1


def test_a_technologist_adds_no_selection_though_they_may_add_images(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    content = write_key_image(act=act, picture=picture, window=None, by=territory.imageur, at=at)
    assert content is not None
    receipt = store_instance(content=content, by=territory.technologist, at=at)
    assert receipt.outcome is Outcome.REFUSED
    assert store_instance(content=content, by=territory.imageur, at=at).is_held


def test_what_two_people_kept_at_once_is_one_image_that_one_note_takes_back(
    act: Act, picture: Picture, territory: Territory, at: datetime
) -> None:
    wanted = {"act": act, "picture": picture, "by": territory.imageur, "at": at}
    written = [write_key_image(window=None, **wanted) for _each in range(2)]
    for content in written:
        assert content is not None
        store_instance(content=content, by=territory.imageur, at=at)
    [found] = list_key_images(act, actor=SYSTEM)
    assert len(found.documents) == 2
    assert write_key_image(window=None, **wanted) is None
    note = write_withdrawal(**wanted)
    assert note is not None
    store_instance(content=note, by=territory.imageur, at=at)
    assert list_key_images(act, actor=SYSTEM) == []
    assert write_withdrawal(**wanted) is None
