"""The information sheets: what each must say, in words that anyone reads; a version never changes."""

import pytest

from diaphane.consents.sheets import (
    DISTANCE,
    MalformedSheetError,
    Sheet,
    find_sheet,
    get_sheet,
    list_sheets,
    name_sheet_of,
)
from diaphane.consents.sheets.readability import PLAIN, count_syllables, score
from diaphane.consents.sheets.reading import load_all, read_sheet
from diaphane.requests.catalogue import CATALOGUE

ALL = list(load_all().values())
OFFERED = [exam for exam in CATALOGUE.values() if not exam.refused_by]
ABOUT_THE_EXAM = {"R52", "R53"}
ABOUT_THE_DISTANCE = {"R52", "R53", "R54", "R55", "R56"}
# A version that was given is what a patient read: it never changes. A new text is a new version.
GIVEN = {
    "ct-contrast@1": "f0624e35d675896f",
    "ct@1": "4090735f03a86f41",
    "distance@1": "f2b21cc51fd2c1d2",
    "mri-contrast@1": "8c2520181185c3d0",
    "mri@1": "7d44d8de16e2993e",
    "radiography@1": "477f3b3917a23d30",
}
JARGON = """L’exploration tomodensitométrique abdomino-pelvienne nécessite une administration intraveineuse
d’un produit de contraste iodé, susceptible d’occasionner des manifestations d’hypersensibilité immédiate."""


@pytest.mark.parametrize("sheet", ALL, ids=lambda each: each.key)
def test_each_sheet_is_read_without_effort(sheet: Sheet) -> None:
    assert score(sheet.words) >= PLAIN
    for section in sheet.sections:
        assert score("\n".join(section.paragraphs)) >= PLAIN, section.title


def test_jargon_is_told_apart() -> None:
    assert score(JARGON) < PLAIN
    assert score("") == 0


@pytest.mark.parametrize(
    ("word", "count"),
    {
        "scanner": 2,
        "image": 2,
        "examen": 3,
        "corps": 1,
        "veine": 1,
        "produit": 2,
        "rayons": 2,
        "question": 2,
        "médecin": 3,
        "eau": 1,
        "échographie": 4,
        "vaisseaux": 2,
        "couché": 2,
        "aiguille": 2,
        "oui": 1,
        "appareil": 3,
        "créer": 2,
        "œil": 1,
        "qui": 1,
        "quelques": 1,
        "noël": 2,
        "famille": 2,
        "travail": 2,
        "nuit": 1,
        "enceinte": 2,
    }.items(),
)
def test_syllables_are_those_that_one_hears(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_each_sheet_says_what_the_guide_asks() -> None:
    for sheet in ALL:
        told = {section.requirement for section in sheet.sections}
        assert told >= (ABOUT_THE_DISTANCE if sheet.code == DISTANCE else ABOUT_THE_EXAM), sheet.key
        assert any(
            "dire non" in " ".join(each.paragraphs) or "non à" in " ".join(each.paragraphs)
            for each in sheet.sections
        ), sheet.key


@pytest.mark.parametrize("is_injected", [False, True])
@pytest.mark.parametrize("exam", OFFERED, ids=lambda each: each.code)
def test_every_exam_of_the_catalogue_has_its_sheet(exam, is_injected) -> None:
    code = name_sheet_of(exam, is_injected=is_injected)
    assert get_sheet(code).sections
    assert code.endswith("contrast") == is_injected


def test_an_exam_that_is_not_chosen_has_none() -> None:
    assert name_sheet_of(None, is_injected=True) == ""
    with pytest.raises(KeyError):
        get_sheet("palmistry")
    assert find_sheet("ct", 999) is None


def test_the_newest_version_is_given_and_that_of_the_distance_comes_last() -> None:
    assert list_sheets()[-1].code == DISTANCE
    for sheet in list_sheets():
        assert sheet.version == max(each.version for each in ALL if each.code == sheet.code)


def test_a_version_that_was_given_never_changes() -> None:
    assert {each.key: each.digest[:16] for each in ALL} == GIVEN


@pytest.mark.parametrize(
    "text",
    [
        "code = ",
        'code = "ct"',
        'code="a"\nversion=1\ndated=2026-01-01\ntitle="t"\nreviews=[]\n[[sections]]\nrequirement="R9"\ntitle="t"\ntext="x"',
        'code="a"\nversion=1\ndated=2026-01-01\ntitle="t"\nreviews=[]\n[[sections]]\nrequirement="R52"\ntitle="t"\ntext=""',
    ],
)
def test_a_sheet_with_a_wrong_line_is_refused_whole(text: str) -> None:
    with pytest.raises(MalformedSheetError):
        read_sheet(text)
