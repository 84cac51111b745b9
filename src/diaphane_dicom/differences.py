"""Compare two data sets element by element, as they were written wherever possible."""

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.filewriter import correct_ambiguous_vr
from pydicom.tag import BaseTag

UNTOLD_VR = frozenset({None, "UN"})
"""What a private element has where its VR was not written, or not known (PS3.5 §6.2.2)."""


def list_differences(before: FileDataset, after: FileDataset, *, is_vr_counted: bool = True) -> set[str]:
    """Return the keyword, or the tag in hexadecimal, of every element that one lacks or that differs.

    File meta elements count; the length of their group does not. Without `is_vr_counted` the same bytes are
    the same element where one data set does not tell its VR.
    """
    differing = _compare(before.file_meta, after.file_meta, is_vr_counted) - {
        "FileMetaInformationGroupLength"
    }
    return differing | _compare(before, after, is_vr_counted)


def _compare(before: Dataset, after: Dataset, is_vr_counted: bool) -> set[str]:
    tags = set(before.keys()) | set(after.keys())
    return {_name(tag) for tag in tags if not _is_same(tag, before, after, is_vr_counted)}


def _is_same(tag: BaseTag, before: Dataset, after: Dataset, is_vr_counted: bool) -> bool:
    if tag not in before or tag not in after:
        return False
    one, other = before.get_item(tag), after.get_item(tag)
    if isinstance(one, RawDataElement) and isinstance(other, RawDataElement):
        if (one.VR, one.value) == (other.VR, other.value):
            return True
        if not is_vr_counted and _has_same_bytes(one, other):
            return True
    return bool(_resolved(before, tag) == _resolved(after, tag))


def _has_same_bytes(one: RawDataElement, other: RawDataElement) -> bool:
    is_untold = one.VR in UNTOLD_VR or other.VR in UNTOLD_VR
    return is_untold and (one.value, one.is_little_endian) == (other.value, other.is_little_endian)


def _resolved(dataset: Dataset, tag: BaseTag) -> DataElement:
    """Read an element's value, its VR settled where implicit VR leaves a choice (PS3.5 §6.2)."""
    element = dataset[tag]
    if " or " in element.VR:
        correct_ambiguous_vr(dataset, True)
    return dataset[tag]


def _name(tag: BaseTag) -> str:
    return keyword_for_tag(tag) or f"{tag:08X}"
