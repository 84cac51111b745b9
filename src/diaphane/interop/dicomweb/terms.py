"""Read what a search asks: keys, page, other fields (PS3.18 §8.3.4)."""

import re
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydicom.datadict import dictionary_has_tag, keyword_for_tag, tag_for_keyword

from diaphane.imaging.keys import UnsearchableValueError
from diaphane.imaging.searching import Search

LARGEST_PAGE = 1000
USUAL_PAGE = 200
_LARGEST_OFFSET = 2**31 - 1
_CONTROLS = frozenset({"includefield", "limit", "offset", "fuzzymatching", "accept", "charset"})
_BOOLEANS = {"": False, "false": False, "true": True}
_NAME = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
"""What is said again to who asked; anything else is not."""
_TAG = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Terms:
    """One search as a client asks it.

    ``search`` looks for one answer more than ``limit``, which tells whether there are others. ``fields`` are
    the tags wanted beyond the usual ones; None for all of them.
    """

    search: Search
    limit: int
    fields: frozenset[str] | None

    @property
    def wants_more(self) -> bool:
        """Say whether other attributes than the usual ones are wanted."""
        return self.fields is None or bool(self.fields)


def read_terms(parameters: QueryDict, **imposed: str) -> Terms:
    """Read a search; what the address imposes wins.

    Raises:
        UnsearchableValueError: an unknown attribute, or a page that makes no sense.
    """
    keys = {read_attribute(name): _read_value(parameters, name) for name in list_keys(parameters)}
    limit = min(_read_natural(parameters, "limit", USUAL_PAGE), LARGEST_PAGE)
    is_fuzzy = _BOOLEANS.get(parameters.get("fuzzymatching", ""))
    if is_fuzzy is None:
        raise UnsearchableValueError(_("“true” or “false” is expected."), "fuzzymatching")
    search = Search(
        keys=keys | {name: value for name, value in imposed.items() if value},
        is_fuzzy=is_fuzzy,
        limit=limit + 1 if limit else 0,
        offset=_read_natural(parameters, "offset", 0),
    )
    return Terms(search, limit, _read_fields(parameters))


def list_keys(parameters: QueryDict) -> list[str]:
    """List the names of a query that are attributes."""
    return [name for name in parameters if name not in _CONTROLS]


def read_attribute(name: str) -> str:
    """Return the path of keywords of an attribute given by keywords or by tags (PS3.18 §8.3.4.1).

    Raises:
        UnsearchableValueError: the dictionary does not know it.
    """
    return ".".join(_read_keyword(part) for part in name.split("."))


def _read_keyword(text: str) -> str:
    if _TAG.fullmatch(text) and dictionary_has_tag(int(text, 16)):
        return keyword_for_tag(int(text, 16))
    if tag_for_keyword(text) is None:
        raise UnsearchableValueError(
            _("the DICOM dictionary has no such attribute."), text if _NAME.fullmatch(text) else "?"
        )
    return text


def _read_value(parameters: QueryDict, name: str) -> str:
    """Return the value of a key; only a list of UIDs may come in several (PS3.18 §8.3.4.1)."""
    values = [str(each) for each in parameters.getlist(name)]
    is_list = read_attribute(name).endswith("UID")
    if len(values) > 1 and not is_list:
        raise UnsearchableValueError(_("only UIDs may be given several times."), name)
    if any("\0" in each for each in values):
        raise UnsearchableValueError(_("this value holds a character that nothing holds."), name)
    return ",".join(values)


def _read_fields(parameters: QueryDict) -> frozenset[str] | None:
    names = [name for value in parameters.getlist("includefield") for name in value.split(",") if name]
    if "all" in names:
        return None
    return frozenset(f"{tag_for_keyword(_read_keyword(name.partition('.')[0])):08X}" for name in names)


def _read_natural(parameters: QueryDict, name: str, usual: int) -> int:
    value = parameters.get(name, "")
    if not value:
        return usual
    if not re.fullmatch(r"[0-9]{1,12}", value):
        raise UnsearchableValueError(_("a whole number is expected."), name)
    return min(int(value), _LARGEST_OFFSET)
