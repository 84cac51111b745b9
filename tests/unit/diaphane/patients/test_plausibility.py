"""What looks wrong is said, never refused (R40)."""

from datetime import date

import pytest

from diaphane.patients.plausibility import list_warnings
from tests.factories import PatientFactory, make_ins

BORN = date(1954, 3, 17)


@pytest.mark.parametrize("code", ["75101", "2A004", "97411", "99352", "01001"])
def test_a_known_birth_place_warns_of_nothing(code: str) -> None:
    assert list_warnings(PatientFactory.build(provisional=True, birth_place_code=code)) == []


@pytest.mark.parametrize("code", ["99999", "00000", "96001", "2C004", "7510", "PARIS", ""])
def test_another_birth_place_warns(code: str) -> None:
    assert len(list_warnings(PatientFactory.build(provisional=True, birth_place_code=code))) == 1


@pytest.mark.parametrize(
    ("ins", "count"),
    [
        (make_ins(sex="F", birth_date=BORN, number=1), 0),
        (make_ins(sex="M", birth_date=BORN, number=1), 1),
        (make_ins(sex="F", birth_date=date(1954, 4, 17), number=1), 1),
        (make_ins(sex="M", birth_date=date(1955, 3, 17), number=1), 2),
    ],
)
def test_an_ins_that_says_other_traits_warns(ins: str, count: int) -> None:
    patient = PatientFactory.build(sex="F", birth_date=BORN, ins=ins, birth_place_code="75101")
    assert len(list_warnings(patient)) == count
