"""A CD as a patient brings it: images of an earlier exam, its index, programs, a neighbour's image."""

from io import BytesIO
from tempfile import TemporaryDirectory

from pydicom import dcmread
from pydicom.fileset import FileSet

from diaphane.acts.models import Act
from diaphane_dicom.identifiers import new_uid
from tests.images import make_ct

EARLIER = {"StudyDate": "20240102", "StudyTime": "101500", "StudyID": "7", "AccessionNumber": "AILLEURS-7"}


def make_earlier(act: Act, *, count: int = 3, **elements: object) -> list[bytes]:
    """Return the slices of an earlier exam of an act's patient, made elsewhere."""
    shared = EARLIER | {"StudyInstanceUID": new_uid(), "SeriesInstanceUID": new_uid()} | elements
    return [make_ct(act, number=number, **shared) for number in range(1, count + 1)]


def make_neighbour(**elements: object) -> bytes:
    """Return an image of somebody else, as two patients' images get on one CD."""
    somebody = {"PatientName": "VOISIN^ALAIN", "PatientID": "V-9", "PatientBirthDate": "19610203"}
    return make_ct(**somebody | EARLIER | elements)


def make_cd(*contents: bytes) -> dict[str, bytes]:
    """Return the files of a CD by name: what a burner writes, its index, and files that are no images."""
    with TemporaryDirectory() as folder:
        index = FileSet()
        for content in contents:
            index.add(dcmread(BytesIO(content)))
        index.write(folder)
        named = {each.FileID: each.SOPInstanceUID for each in index}
        with open(f"{folder}/DICOMDIR", "rb") as stream:
            directory = stream.read()
        index._stage["t"].cleanup()  # pydicom leaves its own folder to the garbage collector
    by_uid = {str(dcmread(BytesIO(each)).SOPInstanceUID): each for each in contents}
    files = {f"CD/{path}": by_uid[str(uid)] for path, uid in named.items()}
    programs = {"CD/VIEWER.EXE": b"MZ" + bytes(400), "CD/AUTORUN.INF": b"[autorun]"}
    return {"CD/DICOMDIR": directory, **files, **programs}
