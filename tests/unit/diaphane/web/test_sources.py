"""What must hold in every template, style sheet and script, read as text."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from diaphane.web.navigation import NAVIGATION

WEB = Path(__file__).resolve().parents[4] / "src" / "diaphane"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
STATIC = WEB / "web" / "static" / "diaphane"
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
_FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
_ICONS = re.compile(r"{% icon \"([^\"]+)\" %}|\bicon=\"([^\"]+)\"|icon\|default:\"([^\"]+)\"")


def list_offenders(find: Callable[[str], Collection[str]]) -> dict[str, Collection[str]]:
    """Return what is found, by template."""
    found = {str(path.relative_to(WEB)): find(path.read_text()) for path in TEMPLATES}
    return {name: each for name, each in found.items() if each}


def test_no_template_has_an_inline_style_or_script() -> None:
    assert list_offenders(_FORBIDDEN.findall) == {}


def test_no_template_loads_anything_from_elsewhere() -> None:
    assert list_offenders(_OUTSIDE.findall) == {}


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    def list_unknown(text: str) -> set[str]:
        return {name for names in _ICONS.findall(text) for name in names if name} - SYMBOLS

    assert list_offenders(list_unknown) == {}


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
