"""Doses in plain elements: images and performed steps, each element in its own unit."""

from decimal import Decimal

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_dicom.dose import DoseQuantity, Phantom, read_image_dose, read_performed_dose
from tests.dose_objects import code


def header(**elements: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def test_a_ct_image_says_the_ctdi_of_its_acquisition_and_its_phantom() -> None:
    [read] = read_image_dose(
        header(CTDIvol=42.6, CTDIPhantomTypeCodeSequence=code("113690"), ProtocolName="Crâne")
    )
    assert (read.quantity, read.value, read.phantom) == (
        DoseQuantity.CTDI_VOL,
        Decimal("42.6"),
        Phantom.HEAD,
    )


def test_a_radiograph_says_its_area_product_in_decigrays_and_its_view() -> None:
    [read] = read_image_dose(
        header(ImageAndFluoroscopyAreaDoseProduct="1.825", BodyPartExamined="CHEST", ViewPosition="PA")
    )
    assert (read.quantity, read.value, read.region) == (DoseQuantity.DAP, Decimal("182.5"), "CHEST PA")


@pytest.mark.parametrize(("modality", "dose"), [("NM", "250"), ("PT", "250000000")])
def test_an_activity_is_in_mbq_or_in_bq_by_the_modality(modality: str, dose: str) -> None:
    given = header(RadionuclideTotalDose=dose, Radiopharmaceutical="18F-FDG")
    [read] = read_image_dose(
        header(Modality=modality, RadiopharmaceuticalInformationSequence=Sequence([given]))
    )
    assert (read.quantity, read.value, read.agent) == (
        DoseQuantity.ADMINISTERED_ACTIVITY,
        Decimal("250"),
        "18F-FDG",
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PDL 767 mGy.cm", ["767"]),
        ("Total DLP: 1204,5 mGy*cm, 2 events", ["1204.5"]),
        ("DLP 767 mGy.cm puis DLP 300 mGy.cm", []),
        ("DLP 767", []),
        ("CTDIvol 42 mGy", []),
        ("", []),
    ],
)
def test_a_comment_is_believed_when_it_says_one_dlp_with_its_unit(words: str, expected: list[str]) -> None:
    for read in (read_image_dose, read_performed_dose):
        found = read(header(CommentsOnRadiationDose=words))
        assert [(each.quantity, each.is_total) for each in found] == [(DoseQuantity.DLP, True)] * len(
            expected
        )
        assert [each.value for each in found] == [Decimal(each) for each in expected]


def test_a_performed_step_says_the_area_product_of_all_its_exposures() -> None:
    [read] = read_performed_dose(header(ImageAndFluoroscopyAreaDoseProduct="12"))
    assert (read.quantity, read.value, read.is_total) == (DoseQuantity.DAP, Decimal("1200"), True)


def test_an_image_without_dose_says_none() -> None:
    assert read_image_dose(Dataset()) == []
