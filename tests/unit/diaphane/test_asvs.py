"""The table of the ASVS: each number once, tests that are collected, documents that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "conformance" / "asvs.md"
ROW = re.compile(
    r"^\| (?P<numbers>[\d., ]+) \| L?[12/]+ \| (?P<asked>[^|]+) \| (?P<state>[^|]+) \| (?P<proof>.+) \|$"
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINKED = re.compile(r"\]\(([^)#]+)\)")
REQUIREMENTS = 253
"""How many the levels 1 and 2 of version 5.0.0 have."""
STATES = ("met", "n/a", "not met")


@cache
def list_rows() -> list[re.Match[str]]:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    rows = [ROW.match(line) for line in lines]
    assert all(rows), "a row is not of the table's form"
    return [row for row in rows if row]


@cache
def list_collected(path: str) -> set[str]:
    """Name the tests that pytest collects from a file: functions at its level, not skipped for good."""
    found = ROOT / path
    if not found.is_file() or not found.name.startswith("test_"):
        return set()
    tree = ast.parse(found.read_text(encoding="utf-8"))
    return {
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and each.name.startswith("test_")
        and not any(mark in ast.unparse(one) for one in each.decorator_list for mark in (".skip(", ".xfail"))
    }


def test_each_requirement_stands_once() -> None:
    numbers = [number for row in list_rows() for number in row["numbers"].split(", ")]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in numbers)
    assert Counter(numbers).most_common(1)[0][1] == 1
    assert len(numbers) == REQUIREMENTS


def test_every_test_that_is_named_is_collected() -> None:
    named = {each for row in list_rows() for each in NAMED.findall(row["proof"])}
    assert len(named) > 100
    assert not {f"{path}::{name}" for path, name in named if name not in list_collected(path)}


def test_what_is_met_is_proven_by_a_test_or_a_document() -> None:
    unproven = [
        row["numbers"]
        for row in list_rows()
        if row["state"] == "met" and not NAMED.search(row["proof"]) and not LINKED.search(row["proof"])
    ]
    assert not unproven
    assert {row["state"] for row in list_rows()} == set(STATES)


def test_every_document_that_is_named_exists() -> None:
    linked = LINKED.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert linked
    assert not [each for each in linked if not (DOCUMENT.parent / each).exists()]


@pytest.mark.parametrize("state", STATES)
def test_the_counts_are_right(state: str) -> None:
    count = sum(len(row["numbers"].split(", ")) for row in list_rows() if row["state"] == state)
    said = re.search(r"^(.*\d+ met, .*)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert said is not None
    assert f"{count} {state}" in re.split(r"[,.] ?", said[1])
