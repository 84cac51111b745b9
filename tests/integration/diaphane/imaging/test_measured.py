"""Measurements that a person saves join the exam's study, and are read again with who made them."""

from datetime import datetime
from io import BytesIO

import pytest
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_measured
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from diaphane.imaging.queries import count_images
from diaphane.imaging.receipts import Outcome
from diaphane.kernel.actors import SYSTEM, Actor, Role
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.reports_of_measures import make_measures
from tests.scenes import Territory


@pytest.fixture
def image(act: Act, edge: Actor, at: datetime) -> bytes:
    content = make_ct(act)
    store_instance(content=content, by=edge, at=at)
    return content


def test_one_to_whom_the_exam_is_not_open_saves_nothing(act: Act, image: bytes, at: datetime) -> None:
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    receipt = store_instance(content=make_measures(image), by=stranger, at=at)
    assert receipt.outcome is Outcome.REFUSED
    assert list_measured(act, actor=SYSTEM) == []


def test_one_that_names_another_patient_is_refused(
    act: Act, image: bytes, territory: Territory, at: datetime
) -> None:
    report = dcmread(BytesIO(make_measures(image)))
    report.PatientID = "AUTRE"
    stream = BytesIO()
    report.save_as(stream, enforce_file_format=True)
    receipt = store_instance(content=stream.getvalue(), by=territory.imageur, at=at)
    assert receipt.outcome is Outcome.REFUSED


def test_a_measurement_is_read_with_its_image_and_its_author(
    act: Act, image: bytes, territory: Territory, at: datetime
) -> None:
    before = count_images(act)
    receipt = store_instance(content=make_measures(image), by=territory.imageur, at=at)
    assert receipt.study is not None
    assert receipt.study.act_id == act.pk
    [found] = list_measured(act, actor=SYSTEM)
    assert (found.measurement.value, found.measurement.unit, found.measurement.label) == (
        12.5,
        "mm",
        "Nodule",
    )
    assert (found.by_label, found.at) == (territory.imageur.label, at)
    assert found.instance == Instance.objects.get(series__modality="CT")
    assert count_images(act) == before


def test_what_is_measured_on_an_image_that_is_not_here_is_not_listed(
    act: Act, image: bytes, territory: Territory, at: datetime
) -> None:
    store_instance(content=make_measures(make_ct(act)), by=territory.imageur, at=at)
    assert list_measured(act, actor=SYSTEM) == []


def test_a_document_that_a_machine_brought_is_by_whom_it_names(
    act: Act, image: bytes, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_measures(image), by=edge, at=at)
    assert [each.by_label for each in list_measured(act, actor=SYSTEM)] == [""]
    assert count_images(act).received == 1
    assert count_images(act).expected == 1
