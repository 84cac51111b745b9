"""What must hold in every template, style sheet and script, read as text."""

import re
from pathlib import Path

import pytest

from diaphane.web.navigation import NAVIGATION

WEB = Path(__file__).resolve().parents[4] / "src" / "diaphane"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
STATIC = WEB / "web" / "static" / "diaphane"
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
_FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
_ICONS = re.compile(r"{% icon \"([^\"]+)\" %}|\bicon=\"([^\"]+)\"|icon\|default:\"([^\"]+)\"")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_has_no_inline_style_or_script_and_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not _FORBIDDEN.findall(text)
    assert not _OUTSIDE.findall(text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_every_icon_of_a_template_is_in_the_sprite(path: Path) -> None:
    named = {name for names in _ICONS.findall(path.read_text()) for name in names if name}
    assert named <= SYMBOLS


def test_every_icon_of_the_navigation_is_in_the_sprite() -> None:
    assert {entry.icon for entries in NAVIGATION.values() for entry in entries} <= SYMBOLS


def test_no_style_sheet_or_script_loads_anything_from_elsewhere() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("*.js")]:
        assert not re.findall(r"(?:url\(|import |fetch\()[\"']?(?:https?:)?//", path.read_text()), path.name


def test_colours_are_named_in_the_tokens_file_alone() -> None:
    sheet = (STATIC / "app.css").read_text()
    hexadecimal = re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}\b", sheet)
    # A QR code is black on white in both themes, and a mask has no colour.
    assert [
        each for each in hexadecimal if "#fff" not in each and "#000" not in each and "#17262e" not in each
    ] == []
