"""Region and side: they agree, they differ, or the images do not say, and the three are told apart."""

import pytest

from diaphane.imaging.checks import (
    Agreement,
    CheckedSeries,
    Code,
    compare_regions,
    compare_sides,
    judge_images,
)
from diaphane.imaging.checks.regions import BODY_PARTS, find_zones
from diaphane.requests.anatomy import Zone
from diaphane.requests.catalogue import CATALOGUE

from .volumes import even, make_exam, make_series, make_volume


def named(body_part: str = "", protocol: str = "", description: str = "", **facts: object) -> CheckedSeries:
    images = make_volume(even(6), ProtocolName=protocol, **facts)
    return make_series(images, body_part=body_part, description=description)


@pytest.mark.parametrize(
    ("series", "answer"),
    [
        (named("HEAD"), Agreement.AGREES),
        (named("BRAIN"), Agreement.AGREES),
        (named("WHOLEBODY"), Agreement.AGREES),
        (named("", protocol="Crâne sans IV"), Agreement.AGREES),
        (named("KNEE"), Agreement.DIFFERS),
        (named("", protocol="GENOU DROIT"), Agreement.DIFFERS),
        (named(""), Agreement.UNKNOWN),
        (named("SPECIAL"), Agreement.UNKNOWN),
        (named("", description="Série 4"), Agreement.UNKNOWN),
    ],
)
def test_a_head_was_asked_for(series: CheckedSeries, answer: Agreement) -> None:
    exam = make_exam(series)
    assert compare_regions(exam) is answer
    assert (Code.OTHER_REGION in {each.code for each in judge_images(exam)}) is (answer is Agreement.DIFFERS)


def test_one_series_of_another_region_among_right_ones_is_named() -> None:
    knee = make_series(make_volume(even(6)), uid="1.9", body_part="KNEE")
    [found] = judge_images(make_exam(named("HEAD"), knee))
    assert (found.code, found.about, found.facts) == (Code.OTHER_REGION, "1.9", {"said": "KNEE"})


def test_a_localizer_of_another_region_is_left_alone() -> None:
    scout = named("CHEST", ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    assert compare_regions(make_exam(scout)) is Agreement.UNKNOWN


def test_a_spine_also_shows_what_lies_before_it() -> None:
    chest = find_zones(named("CHEST"))
    assert find_zones(named("TSPINE")) & chest
    assert not find_zones(named("CSPINE")) & chest


@pytest.mark.parametrize(
    ("side", "facts", "answer"),
    [
        ("R", {"Laterality": "R"}, Agreement.AGREES),
        ("R", {"ImageLaterality": "L"}, Agreement.DIFFERS),
        ("R", {"ImageLaterality": "B"}, Agreement.AGREES),
        ("R", {"Laterality": "U"}, Agreement.UNKNOWN),
        ("R", {}, Agreement.UNKNOWN),
        ("", {"Laterality": "L"}, Agreement.UNKNOWN),
    ],
)
def test_the_side_asked_for(side: str, facts: dict[str, object], answer: Agreement) -> None:
    exam = make_exam(named("HEAD", **facts), side=side)
    assert compare_sides(exam) is answer
    assert (Code.OTHER_SIDE in {each.code for each in judge_images(exam)}) is (answer is Agreement.DIFFERS)


def test_a_term_stands_once_and_every_exam_of_the_catalogue_covers_something() -> None:
    terms = [term for terms in BODY_PARTS.values() for term in terms.split()]
    assert len(terms) == len(set(terms))
    assert all(exam.zones for exam in CATALOGUE.values())
    assert frozenset(Zone) == frozenset().union(*BODY_PARTS)
