"""Series, contrast and dose that an exam should hold; a name is believed only as far as it goes."""

import pytest

from diaphane.imaging.checks import CheckedExam, Code, Found, Level, judge_images, list_expected, list_kinds
from diaphane.requests.anatomy import SeriesKind
from diaphane.requests.catalogue import CATALOGUE

from .volumes import even, make_exam, make_series, make_volume

HELIX = make_series(make_volume(even(20)), description="Encéphale 0,6 mm")
SCOUT = make_series(
    make_volume([0.0], ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]), uid="1.2.4", description="Repérage"
)


def about(found: list[Found], code: Code) -> list[str]:
    return [each.about for each in found if each.code is code]


def head(**values: object) -> CheckedExam:
    return make_exam(SCOUT, HELIX, kinds=CATALOGUE["CT-HEAD"].series, **values)


def test_a_head_ct_with_its_localizer_and_its_helix_has_nothing_to_say() -> None:
    assert judge_images(head()) == []


def test_a_missing_helix_is_serious_and_a_missing_localizer_is_not() -> None:
    kinds = CATALOGUE["CT-HEAD"].series
    [found] = judge_images(make_exam(HELIX, kinds=kinds))
    assert (found.code, found.about, found.level) == (Code.MISSING_SERIES, "localizer", Level.TO_SEE)
    [found] = judge_images(make_exam(SCOUT, kinds=kinds))
    assert (found.code, found.about, found.level) == (Code.MISSING_SERIES, "axial", Level.SERIOUS)


@pytest.mark.parametrize("values", [{"is_over": False, "is_recorded": False}, {"is_settled": False}])
def test_nothing_is_missing_while_the_exam_goes_on(values: dict[str, object]) -> None:
    exam = make_exam(SCOUT, kinds=CATALOGUE["CT-HEAD"].series, has_dose=False, **values)
    assert judge_images(exam) == []


def test_a_scanner_that_has_finished_may_miss_a_series_before_anything_is_written_down() -> None:
    exam = make_exam(SCOUT, kinds=CATALOGUE["CT-HEAD"].series, has_dose=False, is_recorded=False)
    assert [each.about for each in judge_images(exam)] == ["axial"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ep2d_diff_tra b1000", SeriesKind.DIFFUSION),
        ("ADC (10^-6 mm²/s)", SeriesKind.DIFFUSION),
        ("Ax T2 FLAIR", SeriesKind.FLAIR),
        ("t2_tirm_tra_dark-fluid FLAIR", SeriesKind.FLAIR),
        ("Ax T2*", SeriesKind.T2_STAR),
        ("SWI_Images", SeriesKind.T2_STAR),
        ("T2 étoile", SeriesKind.T2_STAR),
        ("3D TOF Willis", SeriesKind.TIME_OF_FLIGHT),
        ("TSA + Willis injecté", SeriesKind.CONTRAST),
        ("Thorax C+", SeriesKind.CONTRAST),
        ("Scout", SeriesKind.LOCALIZER),
    ],
)
def test_series_are_recognised_by_the_names_that_machines_give(name: str, kind: SeriesKind) -> None:
    assert kind in list_kinds(make_series(make_volume([0.0]), modality="MR", description=name))


@pytest.mark.parametrize("name", ["Thorax sans injection", "Crâne IV-", "C- parenchyme"])
def test_a_series_that_says_it_is_not_injected_is_believed(name: str) -> None:
    assert SeriesKind.CONTRAST not in list_kinds(make_series(make_volume([0.0]), description=name))


def test_a_stroke_mri_names_each_sequence_that_is_missing() -> None:
    series = [
        make_series(make_volume(even(20, 5)), modality="MR", uid=f"1.{rank}", description=name)
        for rank, name in enumerate(("DIFF b1000", "FLAIR", "T2*"))
    ]
    exam = make_exam(*series, kinds=CATALOGUE["MR-STROKE"].series, is_ionising=False)
    assert about(judge_images(exam), Code.MISSING_SERIES) == ["time_of_flight"]
    assert dict(list_expected(exam))[SeriesKind.DIFFUSION] is True


def test_an_injection_without_an_injected_series_is_said_and_the_reverse() -> None:
    [found] = judge_images(head(has_injection=True))
    assert found.code is Code.NO_CONTRAST_SERIES
    injected = make_series(make_volume(even(20), ContrastBolusAgent="IOMERON 400"), uid="1.2.9")
    assert judge_images(make_exam(SCOUT, HELIX, injected, has_injection=True)) == []
    [found] = judge_images(make_exam(SCOUT, HELIX, injected))
    assert (found.code, found.about) == (Code.CONTRAST_NOT_RECORDED, "1.2.9")


def test_an_angiography_by_its_name_alone_asks_for_no_injection() -> None:
    tof = make_series(make_volume(even(20)), modality="MR", description="ANGIO TOF")
    assert judge_images(make_exam(tof)) == []


def test_a_dose_that_came_from_nowhere_is_said_of_an_ionising_exam_only() -> None:
    assert [each.code for each in judge_images(head(has_dose=False))] == [Code.NO_DOSE]
    assert judge_images(head(has_dose=False, is_ionising=False)) == []


def test_fewer_images_than_the_scanner_made_are_counted() -> None:
    short = make_series(make_volume(even(20)), expected=24)
    [found] = judge_images(make_exam(short))
    assert (found.code, found.facts) == (Code.FEWER_IMAGES, {"expected": 24, "received": 20})


def test_images_of_somebody_else_are_serious_whatever_is_still_on_its_way() -> None:
    found = judge_images(head(strangers=3, elsewhere=2, is_settled=False, is_over=False))
    assert [(each.code, each.facts["count"]) for each in found] == [
        (Code.OTHER_PATIENT, 3),
        (Code.IMAGES_ELSEWHERE, 2),
    ]
