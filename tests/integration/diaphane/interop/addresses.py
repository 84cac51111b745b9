"""Every address of DICOMweb, taken from the code and filled with an exam's own identifiers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from diaphane.interop.dicomweb.urls import urlpatterns

from .conftest import Images

STATED = {"study_uid": "study", "series_uid": "series", "sop_uid": "instance"}
_PARAMETER = re.compile(r"<\w+:(\w+)>")


@dataclass(frozen=True)
class Address:
    """One address: as the conformance statement writes it, and what it is once filled."""

    pattern: str

    @property
    def stated(self) -> str:
        """Return it as the statement does."""
        return "/" + _PARAMETER.sub(lambda found: f"{{{STATED.get(found[1], found[1])}}}", self.pattern)

    @property
    def parameters(self) -> list[str]:
        """List what it names."""
        return _PARAMETER.findall(self.pattern)

    @property
    def is_search(self) -> bool:
        """Say whether it finds nothing, rather than refuse, where nothing is open."""
        return self.pattern.rpartition("/")[2] in ("studies", "series", "instances")

    @property
    def methods(self) -> frozenset[str]:
        """Return the methods of the statement."""
        return frozenset({"GET", "POST"} if self.stated in ("/studies", "/studies/{study}") else {"GET"})

    def fill(self, values: dict[str, str]) -> str:
        """Return the path with these values, encoded as a client does."""
        filled = _PARAMETER.sub(lambda found: quote(values[found[1]], safe=","), self.pattern)
        return f"/dicomweb/{filled}"


ADDRESSES = [Address(str(each.pattern)) for each in urlpatterns]


def name_values(images: Images) -> dict[str, str]:
    """Return what each address names in an exam: its first image, first frame."""
    return {
        "study_uid": images.act.study_instance_uid,
        "series_uid": "1.2.77",
        "sop_uid": images.instances[0].sop_instance_uid,
        "numbers": "1",
        "number": "1",
        "tag": "7FE00010",
        "rank": "1",
    }


def list_queries(address: Address) -> list[str]:
    """List the malformed queries that an address may understand."""
    kind = address.pattern.rpartition("/")[2]
    known = SEARCHES if address.is_search else PICTURES if kind in ("rendered", "thumbnail") else []
    return [*known, *OTHERS] if kind != "studies" else [*known, *PICTURES, *OTHERS]


def spoil(address: Address, values: dict[str, str]) -> Iterator[str]:
    """Yield the paths of an address whose values are malformed in turn; its last one, in every way."""
    for name in address.parameters:
        is_last = name == address.parameters[-1]
        for bad in MALFORMED["uid" if name.endswith("_uid") else name][: None if is_last else 3]:
            yield address.fill({**values, name: bad})


MALFORMED = {
    "uid": ["abc", "1..2", "1.2.", ".1", "1" * 65, "1.2\n", "1.2\0", "١.٢", "1/../2", "1.2%0A", "-1", "%"],
    "numbers": ["0", "-1", "a", "1,", ",1", "1,,1", "99999", "9" * 5000, "1-2", "²", "1.0", "1\0", " 1"],
    "number": ["0", "-1", "a", "1,2", "1,1", "99999", "9" * 5000, "²", "1\0"],
    "tag": ["zz", "0010001", "00100010", "7fe00010\0", "é", "x" * 3000],
    "rank": ["0", "2", "9" * 5000, "-1", "a", "²"],
}
SEARCHES = [
    "limit=-1",
    "limit=a",
    "limit=" + "9" * 5000,
    "offset=-1",
    "offset=999999999999",
    "fuzzymatching=peut-être",
    "inconnu=1",
    "0010=1",
    "StudyDate=2026-13-45",
    "StudyDate=20261122-20261121-1",
    "StudyTime=99",
    "StudyTime=%C2%B2",
    "PatientName=%00",
    "PatientName=%FF%FE",
    "PatientID=a&PatientID=b",
    "StudyInstanceUID=abc",
    "StudyInstanceUID=%00",
    "SeriesNumber=a",
    "SeriesNumber=99999999999999",
    "InstanceNumber=1.5",
    "includefield=inconnu",
    "includefield=,,,",
    "RequestAttributesSequence..=1",
    "%00=1",
    "=",
    "StudyDescription=" + "*" * 300,
    "PatientName=" + "%5C*" * 200,
]
PICTURES = [
    "window=a",
    "window=1",
    "window=nan,1",
    "window=1,0",
    "window=1e400,1",
    "window=1,1e-320",
    "window=1e300,1e300",
    "viewport=0,0",
    "viewport=1",
    "viewport=99999,1",
    "viewport=%C2%B2,1",
    "viewport=" + "9" * 5000 + ",1",
]
OTHERS = ["accept=", "accept=text/html", "charset=%00", "inconnu=%FF"]
ACCEPTS = [
    "text/html",
    "application/dicom+xml",
    "application/dicom+json;q=0",
    "video/mp4",
    ";;;",
    ",,,",
    '"',
    'multipart/related; type="',
    'multipart/related; type="text/html"',
    "multipart/related",
    'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.3',
    'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90',
    "application/octet-stream; transfer-syntax=abc",
    "image/jpeg; q=nan",
    "*/*; q=x",
    "a" * 8000,
    "multipart/related; " + "a=b; " * 1000,
    "multipart/related; type*0=a; type*=utf-8''%FF",
    "image/é",
]
