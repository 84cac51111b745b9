"""What no source of ours does: run what it is given, read objects from bytes, trust text as markup."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "src"
PYTHON = sorted(
    each
    for part in ("diaphane", "diaphane_dicom", "diaphane_edge")
    for each in (SOURCES / part).rglob("*.py")
)
TEMPLATES = sorted((SOURCES / "diaphane").rglob("templates/**/*.html"))
SCRIPTS = sorted((SOURCES / "diaphane").rglob("static/**/*.js"))
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "ldap3", "lxml", "defusedxml"}
OURS = {"components/field.html", "components/field_say.html"}
"""Help texts, which are written in the code: the only text that is taken for markup."""
MARKUP = re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq")
SCRIPTING = re.compile(r"\beval\(|new Function\(|document\.write|outerHTML|insertAdjacentHTML|__proto__")


def list_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        if isinstance(node, ast.keyword) and node.arg == "shell":
            yield "shell="


def list_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


def test_the_walk_finds_the_sources() -> None:
    assert min(len(PYTHON), len(TEMPLATES), len(SCRIPTS)) > 10


@pytest.mark.parametrize("kind", ["calls", "modules"])
def test_no_source_runs_what_it_is_given_nor_reads_objects_back(kind: str) -> None:
    find = {"calls": list_calls, "modules": list_modules}[kind]
    forbidden = {"calls": FORBIDDEN_CALLS | {"shell="}, "modules": FORBIDDEN_MODULES}[kind]
    guilty = {
        str(path): found for path in PYTHON if (found := forbidden & set(find(ast.parse(path.read_text()))))
    }
    assert not guilty


def test_no_template_takes_a_text_for_markup() -> None:
    guilty = {str(each) for each in TEMPLATES if MARKUP.search(each.read_text())}
    assert {each.split("templates/")[1] for each in guilty} == OURS


def test_no_code_declares_a_text_safe() -> None:
    assert not [each for each in PYTHON if "mark_safe" in each.read_text()]


def test_no_script_makes_code_or_markup_of_a_text() -> None:
    assert not [each for each in SCRIPTS if SCRIPTING.search(each.read_text())]
