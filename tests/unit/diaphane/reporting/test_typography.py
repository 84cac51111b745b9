"""Check French typesetting."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from diaphane.reporting.document.typography import (
    format_date,
    format_instant,
    format_number,
    typeset_french,
)


@pytest.mark.parametrize(
    ("typed", "set_text"),
    [
        ("Fin ; suite ! vrai ?", "Fin\u202f; suite\u202f! vrai\u202f?"),
        ("NIHSS : 14", "NIHSS\u00a0: 14"),
        ("« relu »", "«\u00a0relu\u00a0»"),
        ("nodule de 9 mm", "nodule de 9\u00a0mm"),
        ("1 204 mGy·cm", "1\u202f204\u00a0mGy·cm"),
        ("l'artère", "l’artère"),
        ("à 12:30, http://exemple.fr/a?b", "à 12:30, http://exemple.fr/a?b"),
        ("3 lésions", "3 lésions"),
        ("a\r\nb\u2028c\td", "a\nb\nc d"),
    ],
)
def test_spaces_become_unbreakable_only_where_french_wants_them(typed: str, set_text: str) -> None:
    assert typeset_french(typed) == set_text


def test_dates_and_numbers_are_written_in_french() -> None:
    assert format_date(date(2026, 8, 1)) == "1er\u00a0août\u00a02026"
    assert format_instant(datetime(2026, 12, 31, 23, 5)) == "31\u00a0décembre\u00a02026 à\u00a023:05"  # noqa: DTZ001
    assert format_number(Decimal("1204.50")) == "1\u202f204,50"
    assert format_number(Decimal("1.2E+3")) == "1\u202f200"
