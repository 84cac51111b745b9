"""Take from a header what the checks read, by keyword, as plain values; the file stays the truth."""

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

KEYWORDS = (
    "ImageType",
    "AcquisitionNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "TemporalPositionIdentifier",
    "TriggerTime",
    "EchoTime",
    "DiffusionBValue",
    "SequenceName",
    "ConvolutionKernel",
    "ProtocolName",
    "Laterality",
    "ImageLaterality",
    "ViewPosition",
    "ContrastBolusAgent",
)
"""Elements of the image plane, CT, MR and contrast modules (PS3.3 C.7.6.2, C.7.6.4, C.8.2.1, C.8.3.1)."""
_LONGEST = 200

Plain = str | int | float | list[str] | list[float]
Facts = dict[str, Plain]


def read_facts(header: Dataset) -> Facts:
    """Return the elements that are there and hold a value; what cannot be read counts as absent."""
    found = {keyword: _plain(header.get(keyword)) for keyword in KEYWORDS if keyword in header}
    return {keyword: value for keyword, value in found.items() if value not in (None, "", [])}


def _plain(value: object) -> Plain | None:
    if isinstance(value, MultiValue | list | tuple):
        plain = [_plain(each) for each in value]
        if all(isinstance(each, int | float) for each in plain):
            return [float(each) for each in plain if isinstance(each, int | float)]
        return [str(each) for each in plain if each is not None]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return None if value is None else str(value).replace("\0", "").strip()[:_LONGEST]
