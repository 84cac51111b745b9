"""Contrast of the tokens, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[4] / "src/diaphane/web/static/diaphane/tokens.css"
_PAIR = re.compile(r"--dia-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
_FIRST = TOKENS.read_text().split(".for-patient")
THEMES = {
    "light": {name: light for name, light, _ in _PAIR.findall(_FIRST[0])},
    "dark": {name: dark for name, _, dark in _PAIR.findall(_FIRST[0])},
}
PATIENT = {
    "light": THEMES["light"] | {name: light for name, light, _ in _PAIR.findall(_FIRST[1])},
    "dark": THEMES["dark"] | {name: dark for name, _, dark in _PAIR.findall(_FIRST[1])},
}
SURFACES = ("wall", "sheet", "sheet-low", "sheet-high", "plain-wash")
TEXT = [
    *product(("ink", "ink-soft"), SURFACES),
    *product(("glass", "good", "note", "care", "stop"), ("wall", "sheet", "sheet-high")),
    *((tone, f"{tone}-wash") for tone in ("glass", "good", "note", "care", "stop")),
    *product(("ink", "ink-soft"), [f"{tone}-wash" for tone in ("glass", "good", "note", "care", "stop")]),
    ("glass-ink", "glass"),
]
EDGES = [*product(("line-strong",), ("sheet", "sheet-high", "sheet-low"))]


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("audience", [THEMES, PATIENT], ids=["professional", "patient"])
def test_text_can_be_read(audience: dict[str, dict[str, str]], theme: str) -> None:
    colours = audience[theme]
    assert [pair for pair in TEXT if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    assert [pair for pair in EDGES if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_vital_emergency_can_be_read(theme: str) -> None:
    assert contrast(THEMES[theme]["vital"], "#ffffff") >= 4.5
