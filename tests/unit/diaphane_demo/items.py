"""Make worklist items and images for the tests: nobody's."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian


def make_item(
    *, study: str = "2.25.1001", status: str = "STARTED", modality: str = "CT", station: str = "SCANNER1"
) -> Dataset:
    item = Dataset()
    item.SpecificCharacterSet = "ISO_IR 192"
    item.PatientName = "Lescure^Émilienne"
    item.PatientID = "254069999900193"
    item.IssuerOfPatientID = "ASIP-SANTE-INS-NIR"
    item.PatientBirthDate = "19540601"
    item.PatientSex = "F"
    item.AccessionNumber = "LIS26001447"
    item.StudyInstanceUID = study
    item.RequestedProcedureID = "DEM1447"
    item.RequestedProcedureDescription = "TDM cérébrale sans injection"
    item.ReferringPhysicianName = "Vasseur^Armelle"
    step = Dataset()
    step.Modality = modality
    step.ScheduledStationAETitle = station
    step.ScheduledProcedureStepStartDate = "20261122"
    step.ScheduledProcedureStepStartTime = "025000"
    step.ScheduledProcedureStepDescription = "Encéphale"
    step.ScheduledProcedureStepID = "ETAPE1"
    step.ScheduledProcedureStepStatus = status
    step.ScheduledPerformingPhysicianName = "Morvan^Hélène"
    item.ScheduledProcedureStepSequence = Sequence([step])
    return item


def make_image(number: int = 1, *, charset: str = "ISO_IR 100") -> Dataset:
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = CTImageStorage
    image.file_meta.MediaStorageSOPInstanceUID = f"2.25.77{number}"
    image.SpecificCharacterSet = charset
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = f"2.25.77{number}"
    image.StudyInstanceUID, image.SeriesInstanceUID = "2.25.5", "2.25.6"
    image.FrameOfReferenceUID = "2.25.7"
    image.PatientName, image.PatientID = "AUTRE^Personne", "AUTRE-ID"
    image.OtherPatientIDs = "AUTRE-ID-2"
    image.PatientAddress = "rue d'un autre"
    image.PatientAge = "033Y"
    image.Modality = "CT"
    image.SeriesDescription = "Crâne"
    image.InstanceNumber = number
    image.Rows = image.Columns = 2
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.PixelData = b"\x01\x00\x02\x00\x03\x00\x04\x00"
    image["PixelData"].VR = "OW"
    return image
