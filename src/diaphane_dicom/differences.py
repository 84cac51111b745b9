"""Compare two data sets element by element, as they were written wherever possible."""

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.filewriter import correct_ambiguous_vr
from pydicom.tag import BaseTag


def list_differences(before: FileDataset, after: FileDataset) -> set[str]:
    """Return the keyword, or the tag in hexadecimal, of every element that one lacks or that differs.

    File meta elements count; the length of their group does not.
    """
    differing = _compare(before.file_meta, after.file_meta) - {"FileMetaInformationGroupLength"}
    return differing | _compare(before, after)


def _compare(before: Dataset, after: Dataset) -> set[str]:
    tags = set(before.keys()) | set(after.keys())
    return {_name(tag) for tag in tags if not _is_same(tag, before, after)}


def _is_same(tag: BaseTag, before: Dataset, after: Dataset) -> bool:
    if tag not in before or tag not in after:
        return False
    one, other = before.get_item(tag), after.get_item(tag)
    is_raw = isinstance(one, RawDataElement) and isinstance(other, RawDataElement)
    if is_raw and (one.VR, one.value) == (other.VR, other.value):
        return True
    return bool(_resolved(before, tag) == _resolved(after, tag))


def _resolved(dataset: Dataset, tag: BaseTag) -> DataElement:
    """Read an element's value, its VR settled where implicit VR leaves a choice (PS3.5 §6.2)."""
    element = dataset[tag]
    if " or " in element.VR:
        correct_ambiguous_vr(dataset, True)
    return dataset[tag]


def _name(tag: BaseTag) -> str:
    return keyword_for_tag(tag) or f"{tag:08X}"
