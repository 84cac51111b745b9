"""``docs/conformance/guide.md``: each requirement with the guards, the code and the tests that name it.

The sources say which requirement they come from; this only gathers what they say.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from diaphane.kernel.transitions import iter_guards

from .documents import write_row
from .guide import Requirement, State, list_requirements

_NAMES = re.compile(r"\bR[1-9][0-9]{0,2}\b")
_WRITTEN_IN = frozenset({".py", ".html", ".toml"})
_STATES = {State.WHOLE: "whole", State.PART: "part", State.NO: "not yet"}
_NOTICE = """\
Written by `./diaphane manage rules --markdown`; a test compares it with the code.

**M** required by the guide or by the law it quotes, **S** recommended, **I** an idea of the other texts.
*whole*: this version does what is asked, tested; *part*: something of it, what is missing is said; *not yet*:
nothing of it. A guard blocks a step until it is satisfied ([rules.md](rules.md) says which). Code and tests
are those that name the requirement.
"""


def render_guide() -> str:
    """Return the document."""
    return "\n".join(_lines())


def find_places(folder: str) -> Mapping[str, list[str]]:
    """Return the files below a folder of the project that name each requirement, but for the list itself."""
    found: dict[str, set[str]] = defaultdict(set)
    root = Path(settings.ROOT)
    for path in (root / folder).rglob("*"):
        if path.suffix in _WRITTEN_IN and path.name != "guide.toml":
            for name in _NAMES.findall(path.read_text(encoding="utf-8")):
                found[name].add(path.relative_to(root / folder).as_posix())
    return {name: sorted(paths) for name, paths in found.items()}


def _lines() -> Iterator[str]:
    requirements = list_requirements()
    code, tests = find_places("src"), find_places("tests")
    guards: dict[str, list[str]] = defaultdict(list)
    for _table, _step, guard in iter_guards():
        if guard.code not in guards[guard.requirement]:
            guards[guard.requirement].append(guard.code)
    yield from ("# The guide, requirement by requirement", "", _NOTICE)
    counts = ", ".join(f"{_count(requirements, state)} {_STATES[state]}" for state in State)
    yield f"{len(requirements)} requirements: {counts}.\n"
    yield from write_row(["", "", "clause", "what is asked", "state", "guards", "code", "tests"])
    yield from write_row(["---"] * 8)
    for each in requirements:
        yield from write_row(
            [
                each.id,
                each.force,
                each.clause,
                each.title,
                f"{_STATES[each.state]}: {each.missing}" if each.missing else _STATES[each.state],
                " ".join(f"`{code}`" for code in guards[each.id]),
                _shorten(code.get(each.id, []), 2),
                _shorten(tests.get(each.id, []), 3),
            ]
        )


def _count(requirements: tuple[Requirement, ...], state: State) -> int:
    return sum(each.state is state for each in requirements)


def _shorten(paths: list[str], parts: int) -> str:
    """Name the folders, by their first parts."""
    folders = dict.fromkeys("/".join(path.split("/")[:-1][:parts]) for path in paths)
    return ", ".join(f"`{folder}`" for folder in folders)
