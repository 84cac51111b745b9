"""The few earlier studies that help: same region first, then same modality, then the latest."""

from dataclasses import replace
from datetime import date

import pytest

from diaphane.imaging.relevance import MOST, EarlierStudy, choose_relevant
from diaphane.requests.catalogue import CATALOGUE

TODAY = date(2026, 11, 22)
HEAD = CATALOGUE["CT-HEAD"]
STUDY = EarlierStudy("1.2.1", "LISIERE-1", "20260110", "Scanner cérébral", ("CT",), ("HEAD",))


def choose(*studies: EarlierStudy) -> list[str]:
    return [each.study_instance_uid for each in choose_relevant(studies, HEAD, on=TODAY)]


@pytest.mark.parametrize(
    "changed",
    [
        {"body_parts": ("KNEE",)},
        {"body_parts": (), "description": "IRM du genou droit"},
        {"body_parts": (), "description": "", "modalities": ("US",)},
        {"study_date": "20120101"},
        {"study_date": ""},
    ],
)
def test_a_study_that_does_not_help_is_left_out(changed: dict[str, object]) -> None:
    assert choose(replace(STUDY, **changed)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"modalities": ("MR",)},
        {"body_parts": (), "description": "TDM CÉRÉBRALE"},
        {"body_parts": (), "description": ""},
        {"body_parts": ("CHEST", "SKULL")},
    ],
)
def test_a_study_that_helps_is_chosen(changed: dict[str, object]) -> None:
    assert choose(replace(STUDY, **changed)) == ["1.2.1"]  # type: ignore[arg-type]


def test_region_comes_before_modality_and_modality_before_date() -> None:
    silent = replace(STUDY, study_instance_uid="1.2.4", body_parts=(), description="", study_date="20261101")
    other = replace(STUDY, study_instance_uid="1.2.3", modalities=("MR",), study_date="20261001")
    older = replace(STUDY, study_instance_uid="1.2.2", study_date="20240110")
    assert choose(silent, other, older, STUDY) == ["1.2.1", "1.2.2", "1.2.3"][:MOST]
