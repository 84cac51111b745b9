"""Recognise what a series is for, from its geometry and its names: enough to notice that one is missing."""

import re

from diaphane.kernel.words import fold
from diaphane.requests.anatomy import SeriesKind

from .model import CheckedSeries
from .stacks import list_axial

_NAMES = ("ProtocolName", "SequenceName", "ImageType")
_WORDS = {
    SeriesKind.LOCALIZER: r"LOCALI[SZ]ER|LOCA|SCOUT|TOPO\w*|TOPOGRAM\w*|SURVIEW|SCANOGRAM\w*|REPERAGE|PILOT",
    SeriesKind.DIFFUSION: r"DIFF\w*|DWI|B ?1000\w*|ADC|TRACEW?|EP B\d+\w*",
    SeriesKind.FLAIR: r"\w*FLAIR\w*",
    SeriesKind.T2_STAR: r"T2 ?ETOILE|T2 ?STAR|SWI\w*|SWAN\w*|VEN ?BOLD|SUSCEPT\w*|HEMO\w*|GRE",
    SeriesKind.TIME_OF_FLIGHT: r"\w*TOF\w*|ARM|MRA|WILLIS|POLYGONE",
    SeriesKind.CONTRAST: r"INJ\w*|IV|C ?PLUS|GADO\w*|ANGIO\w*|CTA|ARTERIEL\w*|PORTAL\w*|VEINEU\w*|TARDIF\w*",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _WORDS.items()}
_WITHOUT = re.compile(r"\b(?:SANS|NON|WITHOUT)\b")
_SIGNS = (
    (re.compile(r"(?i)\bT2 ?\*"), "T2 ETOILE"),
    (re.compile(r"(?i)\b(?:C|IV) ?-"), "SANS "),
    (re.compile(r"(?i)\bC ?\+"), "C PLUS"),
)


def list_kinds(series: CheckedSeries) -> frozenset[SeriesKind]:
    """Return every kind that a series may be."""
    named = _read_names(series)
    kinds = {kind for kind, pattern in _PATTERNS.items() if pattern.search(named)}
    if _WITHOUT.search(named):
        kinds.discard(SeriesKind.CONTRAST)
    if says_contrast(series):
        kinds.add(SeriesKind.CONTRAST)
    if series.is_localizer:
        return frozenset({SeriesKind.LOCALIZER})
    if list_axial(series):
        kinds.add(SeriesKind.AXIAL)
    return frozenset(kinds)


def _read_names(series: CheckedSeries) -> str:
    """Return the names of a series in plain capitals; what a sign says is first written as a word."""
    named = series.say(*_NAMES)
    for sign, words in _SIGNS:
        named = sign.sub(words, named)
    return fold(named).upper()


def says_contrast(series: CheckedSeries) -> bool:
    """Say whether an image names a contrast agent (ContrastBolusAgent, PS3.3 C.7.6.4)."""
    agents = {fold(image.text("ContrastBolusAgent")) for image in series.images}
    return bool(agents - {"", "none", "no", "aucun", "0"})
