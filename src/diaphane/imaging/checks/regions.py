"""Compare the part of the body and the side that images name with those of the request (R65)."""

import re
from collections.abc import Iterator, Sequence

from diaphane.kernel.words import fold
from diaphane.requests.anatomy import SPINE, WHOLE_BODY, Zone

from .model import Agreement, CheckedExam, CheckedSeries, Code, Found, Level

_HEAD, _NECK, _CHEST = frozenset({Zone.HEAD}), frozenset({Zone.NECK}), frozenset({Zone.CHEST})
_ABDOMEN, _PELVIS = frozenset({Zone.ABDOMEN}), frozenset({Zone.PELVIS})
_CERVICAL = frozenset({Zone.CERVICAL_SPINE, Zone.NECK})
_THORACIC = frozenset({Zone.THORACIC_SPINE, Zone.CHEST})
_LUMBAR = frozenset({Zone.LUMBAR_SPINE, Zone.ABDOMEN})
_ARM, _LEG = frozenset({Zone.UPPER_LIMB}), frozenset({Zone.LOWER_LIMB})
_TRUNK = _CHEST | _ABDOMEN | _PELVIS
_SACRUM = frozenset({Zone.LUMBAR_SPINE, Zone.PELVIS})

BODY_PARTS: dict[frozenset[Zone], str] = {
    _HEAD: "HEAD BRAIN SKULL FACE ORBIT EYE SINUS MAXILLA MANDIBLE JAW TMJ NOSE EAR IAC CIRCLEOFWILLIS",
    _NECK: "NECK CAROTID LARYNX PHARYNX THYROID",
    _HEAD | _NECK: "HEADNECK",
    _CERVICAL: "CSPINE",
    _THORACIC: "TSPINE",
    _LUMBAR: "LSPINE",
    _CERVICAL | _THORACIC: "CTSPINE",
    _THORACIC | _LUMBAR: "TLSPINE",
    _LUMBAR | _SACRUM: "LSSPINE",
    _SACRUM: "SSPINE COCCYX SACRUM",
    SPINE: "SPINE BACK",
    _CHEST: "CHEST LUNG HEART MEDIASTINUM RIB STERNUM BRONCHUS ESOPHAGUS CORONARYARTERY",
    _ABDOMEN: "ABDOMEN LIVER PANCREAS SPLEEN KIDNEY STOMACH GALLBLADDER",
    _PELVIS: "PELVIS BLADDER PROSTATE UTERUS RECTUM",
    _ABDOMEN | _PELVIS: "ABDOMENPELVIS COLON",
    _CHEST | _ABDOMEN: "CHESTABDOMEN",
    _TRUNK: "CHESTABDPELVIS AORTA",
    _TRUNK | _NECK: "NECKCHESTABDPELV NECKCHESTABDOMEN",
    _NECK | _CHEST: "NECKCHEST",
    _ARM: "SHOULDER ELBOW WRIST HAND FINGER THUMB HUMERUS FOREARM ARM CLAVICLE SCAPULA",
    _LEG: "KNEE ANKLE FOOT TOE FEMUR THIGH LEG CALF CALCANEUS PATELLA",
    _LEG | _PELVIS: "HIP",
    _LEG | _ARM: "EXTREMITY",
    WHOLE_BODY: "WHOLEBODY",
}
"""Terms of BodyPartExamined (PS3.16 annex L), by what they show; a spine also shows what lies before it."""
_ZONES = {term: zones for zones, terms in BODY_PARTS.items() for term in terms.split()}
_WORDS = {
    _HEAD: r"CRANE|CRANI\w+|ENCEPHAL\w+|CEREBR\w+|TETE|HEAD|BRAIN|NEURO\w*|FACE|FACIAL\w*|ORBIT\w+",
    _NECK: r"COU|NECK|CERVICAL\w*|TSA|CAROTID\w+",
    _CHEST: r"THORAX|THORAC\w+|POUMON\w*|CHEST|LUNG|PULMON\w+",
    _ABDOMEN: r"ABDO\w*|FOIE|HEPAT\w+|COLIQUE",
    _PELVIS: r"PELVI\w+|BASSIN",
    _LUMBAR | _SACRUM: r"LOMBAIRE\w*|LUMBAR",
    _ARM: r"EPAULE|COUDE|POIGNET|MAIN|SHOULDER|ELBOW|WRIST|HAND",
    _LEG: r"GENOU\w*|CHEVILLE|PIED|KNEE|ANKLE|FOOT",
    _LEG | _PELVIS: r"HANCHE\w*|HIP",
}
_PATTERNS = {zones: re.compile(rf"\b(?:{words})\b") for zones, words in _WORDS.items()}


def find_zones(series: CheckedSeries) -> frozenset[Zone]:
    """Return what a series says that it shows: by its body part, else by its names; empty when it is silent.

    The study's own description is not asked: it repeats what was ordered.
    """
    return find_named_zones(series.body_part, series.say("ProtocolName"))


def find_named_zones(body_part: str, name: str = "") -> frozenset[Zone]:
    """Return the zones of a body part, else those that its words and a name tell; empty when silent."""
    term = fold(body_part).replace(" ", "").upper()
    if term in _ZONES:
        return _ZONES[term]
    named = fold(f"{body_part} {name}").upper()
    found = [zones for zones, pattern in _PATTERNS.items() if pattern.search(named)]
    return frozenset().union(*found)


def compare_regions(exam: CheckedExam) -> Agreement:
    """Say whether the images show what was asked for."""
    return _sum_up([_compare(exam, series) for series in _shown(exam)])


def compare_sides(exam: CheckedExam) -> Agreement:
    """Say whether the images are of the side that was asked for; unknown when either is silent."""
    sides = {side for series in _shown(exam) for side in find_sides(series)}
    if not exam.side or not sides:
        return Agreement.UNKNOWN
    return Agreement.AGREES if exam.side in sides else Agreement.DIFFERS


def find_sides(series: CheckedSeries) -> set[str]:
    """Return the sides that the images of a series name (PS3.3 C.7.3.1, C.7.6.1); both counts as each."""
    told = {image.text("ImageLaterality") or image.text("Laterality") for image in series.images}
    return (told & {"L", "R"}) | ({"L", "R"} if "B" in told else set())


def check_region(exam: CheckedExam) -> Iterator[Found]:
    """Yield each series that shows something else, and a side that is not the one asked for."""
    for series in _shown(exam):
        if _compare(exam, series) is Agreement.DIFFERS:
            said = series.body_part or series.say("ProtocolName").strip()
            yield Found(Code.OTHER_REGION, Level.SERIOUS, series.uid, {"said": said})
    if compare_sides(exam) is Agreement.DIFFERS:
        yield Found(Code.OTHER_SIDE, Level.SERIOUS, "", {"side": exam.side})


def _shown(exam: CheckedExam) -> Sequence[CheckedSeries]:
    return [series for series in exam.series if not series.is_localizer]


def _compare(exam: CheckedExam, series: CheckedSeries) -> Agreement:
    zones = find_zones(series)
    if not zones or not exam.zones:
        return Agreement.UNKNOWN
    return Agreement.AGREES if zones & exam.zones else Agreement.DIFFERS


def _sum_up(answers: Sequence[Agreement]) -> Agreement:
    for each in (Agreement.DIFFERS, Agreement.AGREES):
        if each in answers:
            return each
    return Agreement.UNKNOWN
