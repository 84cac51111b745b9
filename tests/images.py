"""Small synthetic DICOM objects that carry the identity of an act, as a modality would send them."""

from io import BytesIO

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from diaphane.acts.models import Act
from diaphane.patients.queries import get_local_identifier
from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.identifiers import new_uid


def make_ct(act: Act | None = None, *, number: int = 1, size: int = 32, **elements: object) -> bytes:
    """Return one CT slice as a Part 10 file: of an act's patient and study, or of nobody known here."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, new_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = new_uid(), new_uid()
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "INCONNU^ANNE", "X-1", "19000101"
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "CT", 2, number
    dataset.SeriesDescription, dataset.StudyDescription = "Parenchyme", "Scanner cérébral"
    dataset.StudyDate, dataset.StudyTime, dataset.PatientSex = "20261122", "093000", "F"
    dataset.ReferringPhysicianName = "MÉDECIN^Jeanne"
    dataset.ImagePositionPatient, dataset.PixelSpacing = [0, 0, number], [1, 1]
    dataset.ImageOrientationPatient, dataset.SliceThickness = [1, 0, 0, 0, 1, 0], 1
    dataset.FrameOfReferenceUID = new_uid()
    dataset.WindowCenter, dataset.WindowWidth = 500, 1000
    dataset.RescaleIntercept, dataset.RescaleSlope = 0, 1
    _set_pixels(dataset, number, size)
    if act is not None:
        name_patient(dataset, act)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def make_htj2k_ct(act: Act | None = None, *, number: int = 1, size: int = 64, **elements: object) -> bytes:
    """Return the same slice as the gateway sends it: HTJ2K lossless, RPCL."""
    transcoded = transcode_to_htj2k(make_ct(act, number=number, size=size, **elements))
    assert transcoded.is_changed
    return transcoded.content


def name_patient(dataset: FileDataset, act: Act) -> None:
    """Write the identity that the worklist gives to the modality."""
    patient = act.patient
    dataset.StudyInstanceUID, dataset.AccessionNumber = act.study_instance_uid, act.accession_number
    dataset.PatientName, dataset.PatientSex = patient.dicom_name, patient.sex
    dataset.PatientBirthDate = f"{patient.birth_date:%Y%m%d}"
    dataset.IssuerOfPatientID = act.requesting_site.issuer
    dataset.PatientID = get_local_identifier(patient, issuer=act.requesting_site.issuer)


def _set_pixels(dataset: FileDataset, number: int, size: int) -> None:
    rows, columns = np.mgrid[0:size, 0:size]
    disc = (rows - size / 2) ** 2 + (columns - size / 2) ** 2 < (size / 3) ** 2
    pixels = (disc * 700 + (rows * 7 + columns * 3 + number) % 97).astype(np.uint16)
    dataset.Rows = dataset.Columns = size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OW"
