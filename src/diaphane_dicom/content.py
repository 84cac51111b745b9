"""Walk the content tree of a structured report (PS3.3 §C.17.3): what an item is called, and what it says."""

from collections.abc import Iterator

from pydicom.dataset import Dataset

_DEEPEST = 12


def walk(item: Dataset, depth: int = 0) -> Iterator[Dataset]:
    """Yield every content item below one, in the order of the document."""
    if depth > _DEEPEST:
        return
    for child in item.get("ContentSequence") or ():
        if isinstance(child, Dataset):
            yield child
            yield from walk(child, depth + 1)


def name_of(item: Dataset) -> str:
    """Return the code of an item's concept name."""
    return code_value(first(item, "ConceptNameCodeSequence"))


def code_of(item: Dataset | None) -> str:
    """Return the code that an item holds."""
    return code_value(first(item, "ConceptCodeSequence")) if item is not None else ""


def meaning_of(item: Dataset | None, keyword: str = "ConceptCodeSequence") -> str:
    """Return in words the code that an item holds under a keyword."""
    code = first(item, keyword) if item is not None else None
    return str(code.get("CodeMeaning") or "").strip() if code is not None else ""


def text_of(item: Dataset | None, keyword: str) -> str:
    """Return an element of an item as text."""
    return str(item.get(keyword) or "").strip() if item is not None else ""


def code_value(code: Dataset | None) -> str:
    """Return the value of a code item (PS3.3 §8.1), long ones and those written as URNs included."""
    if code is None:
        return ""
    return str(code.get("CodeValue") or code.get("LongCodeValue") or code.get("URNCodeValue") or "")


def first(item: Dataset, keyword: str) -> Dataset | None:
    """Return the first item of a sequence, or None."""
    found = item.get(keyword) or ()
    return next((each for each in found if isinstance(each, Dataset)), None)
