"""Check the identity that the simulated modality stamps."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_demo.stamping import Acquisition, name_step, stamp

from .items import make_image, make_item

ACQUISITION = Acquisition(datetime(2026, 11, 22, 2, 52, 7, tzinfo=ZoneInfo("Europe/Paris")), "SCANNER1")


def stamped(image: Dataset, item: Dataset | None = None) -> Dataset:
    stamp(image, item or make_item(), ACQUISITION)
    return image


def test_nothing_of_the_original_patient_is_left() -> None:
    image = stamped(make_image())
    assert "AUTRE" not in str(image).upper()
    assert "rue d'un autre" not in str(image)
    assert "PatientAge" not in image


def test_the_image_carries_the_identity_and_the_request_of_the_item() -> None:
    image = stamped(make_image())
    assert str(image.PatientName) == "Lescure^Émilienne"
    assert image.PatientID == "254069999900193"
    assert image.IssuerOfPatientID == "ASIP-SANTE-INS-NIR"
    assert (image.PatientBirthDate, image.PatientSex) == ("19540601", "F")
    assert image.AccessionNumber == "LIS26001447"
    assert image.StudyInstanceUID == "2.25.1001"
    assert image.StudyDescription == "TDM cérébrale sans injection"
    assert str(image.ReferringPhysicianName) == "Vasseur^Armelle"
    assert str(image.PerformingPhysicianName) == "Morvan^Hélène"
    request = image.RequestAttributesSequence[0]
    assert request.RequestedProcedureID == "DEM1447"
    assert request.ScheduledProcedureStepID == image.PerformedProcedureStepID == "ETAPE1"
    assert request.StudyInstanceUID == "2.25.1001"


def test_accents_of_another_character_set_survive() -> None:
    image = stamped(make_image(charset="ISO_IR 100"))
    assert image.SpecificCharacterSet == "ISO_IR 192"
    assert image.SeriesDescription == "Crâne"


def test_times_are_local_with_their_offset_and_follow_the_slices() -> None:
    image = stamped(make_image(11))
    assert (image.StudyDate, image.StudyTime) == ("20261122", "025207.000000")
    assert image.AcquisitionTime == "025207.200000"
    assert image.TimezoneOffsetFromUTC == "+0100"


def test_new_uids_are_the_same_when_the_image_is_sent_again() -> None:
    first, again = stamped(make_image(1)), stamped(make_image(1))
    assert first.SOPInstanceUID == again.SOPInstanceUID == first.file_meta.MediaStorageSOPInstanceUID
    assert first.SOPInstanceUID != make_image(1).SOPInstanceUID


def test_images_of_one_series_stay_together_and_another_step_gets_other_uids() -> None:
    first, second = stamped(make_image(1)), stamped(make_image(2))
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.FrameOfReferenceUID == second.FrameOfReferenceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    elsewhere = stamped(make_image(1), make_item(study="2.25.1002"))
    assert elsewhere.SeriesInstanceUID != first.SeriesInstanceUID
    assert elsewhere.SOPInstanceUID != first.SOPInstanceUID


def test_references_between_the_images_still_hold() -> None:
    report = make_image(2)
    reference = Dataset()
    reference.ReferencedSOPClassUID = make_image(1).SOPClassUID
    reference.ReferencedSOPInstanceUID = make_image(1).SOPInstanceUID
    report.ReferencedImageSequence = Sequence([reference])
    stamped(report)
    referenced = report.ReferencedImageSequence[0]
    assert referenced.ReferencedSOPInstanceUID == stamped(make_image(1)).SOPInstanceUID
    assert referenced.ReferencedSOPClassUID == make_image(1).SOPClassUID


def test_the_name_of_a_step_says_nothing_of_the_patient() -> None:
    assert name_step(make_item()) == "2.25.1001/ETAPE1"
