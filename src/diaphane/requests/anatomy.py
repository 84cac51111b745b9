"""The parts of the body that an exam covers, and the kinds of series that it is made of.

Coarse on purpose: they serve to notice a knee among the images of a head, never to name anatomy.
"""

from enum import StrEnum


class Zone(StrEnum):
    """A part of the body."""

    HEAD = "head"
    NECK = "neck"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    PELVIS = "pelvis"
    CERVICAL_SPINE = "cervical_spine"
    THORACIC_SPINE = "thoracic_spine"
    LUMBAR_SPINE = "lumbar_spine"
    UPPER_LIMB = "upper_limb"
    LOWER_LIMB = "lower_limb"
    BREAST = "breast"


SPINE = frozenset({Zone.CERVICAL_SPINE, Zone.THORACIC_SPINE, Zone.LUMBAR_SPINE})
WHOLE_BODY = frozenset(Zone)


class SeriesKind(StrEnum):
    """What a series is for, as a protocol names it."""

    LOCALIZER = "localizer"
    AXIAL = "axial"
    CONTRAST = "contrast"
    DIFFUSION = "diffusion"
    FLAIR = "flair"
    T2_STAR = "t2_star"
    TIME_OF_FLIGHT = "time_of_flight"
