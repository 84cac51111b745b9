"""What can be dialled, and what cannot."""

import pytest

from diaphane.kernel.identifiers import is_phone_number


@pytest.mark.parametrize(
    "text", ["", "rappelez-moi", "12", "06 99 00 00 0a", "++33", "()()()", "06\n99", "01 99 poste"]
)
def test_what_cannot_be_dialled_is_refused(text):
    assert not is_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "4712",
        "01 99 00 47 12",
        "+33 1 99 00 47 12",
        "01.99.00.47.12",
        "(0199) 00-47",
        "01 99 00 47 12 poste 3",
    ],
)
def test_what_can_be_dialled_is_taken_inside_numbers_too(text):
    assert is_phone_number(text)
