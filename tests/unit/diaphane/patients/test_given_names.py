"""The list of given names, ours and the national service's: what agrees, what contradicts (R40)."""

import pytest

from diaphane.patients.insi_traits import join_given_names


@pytest.mark.parametrize(
    ("ours", "theirs", "kept"),
    [
        ("Odette Anne", "ODETTE ANNE", "Odette Anne"),
        ("Zoé", "ZOE", "Zoé"),
        ("Odette", "ODETTE ANNE MARIE-ROSE", "Odette Anne Marie-Rose"),
        ("Jean-Paul", "JEAN PAUL HENRI", "Jean-Paul Henri"),
        ("Odette Anne Marie", "ODETTE ANNE", "Odette Anne"),
        ("Odette Anne-Marie", "ODETTE ANNE MARIE", "Odette Anne-Marie"),
        ("Odette Anne", "ODETTE MARIE", None),
        ("Odette Anne", "ANNE ODETTE", None),
        ("Jean", "JEAN-PAUL", None),
        ("Jean-Paul", "JEAN", None),
        ("Odette", "", None),
    ],
)
def test_a_list_that_goes_further_or_stops_before_agrees(ours: str, theirs: str, kept: str | None) -> None:
    assert join_given_names(ours, theirs) == kept
