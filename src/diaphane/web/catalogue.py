"""The French catalogue, one per folder of ``diaphane``, kept without xgettext: Babel reads and compiles.

The source says its messages in English. A message whose French is empty, fuzzy, or has lost one of its
placeholders counts as missing; one that no source says any more counts as obsolete.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
# Folders that are not applications: their messages live with the pages.
_HOSTED = {"config": "web", "": "web"}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
_HEADER = (
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)

Text = str | tuple[str, ...]
Key = tuple[str, str]
_NOTHING: Mapping[str, Text] = {}


@dataclass(frozen=True)
class Said:
    """One message of the source: its words (with their plural) and its context."""

    words: Text
    context: str

    @property
    def key(self) -> Key:
        """Return what tells it from the others: singular and context."""
        return (self.words if isinstance(self.words, str) else self.words[0], self.context)


@dataclass(frozen=True)
class Fault:
    """Why a catalogue is not complete: ``missing``, ``obsolete`` or ``conflict``, and for which message."""

    app: str
    reason: str
    words: str

    def __str__(self) -> str:
        return f"{self.app}: {self.reason}: {self.words!r}"


def list_apps() -> list[str]:
    """List the folders that hold messages, or a catalogue."""
    return sorted(
        {_app_of(path) for path in _list_sources()} | {path.parents[3].name for path in _list_catalogues()}
    )


def catalogue_path(app: str) -> Path:
    """Return where the French of a folder is kept."""
    return SOURCE / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def update(app: str, *, prune: bool = False, french: Mapping[str, Text] = _NOTHING) -> None:
    """Write what a folder's sources say into its catalogue; translations are kept, also those out of use.

    ``prune`` drops the ones out of use; ``french`` brings new translations by English singular (with
    its context and ``\\x04`` before it, as gettext does, where there is one).
    """
    old = _read(catalogue_path(app))
    known: dict[Key, Text] = {_key(each): _string(each) for each in [*old, *old.obsolete.values()] if each.id}
    new = Catalog(locale="fr")
    said = {each.key: each for each in extract_from(app)}
    known |= {key: _as_said(french[_flat(key)]) for key in said if _flat(key) in french}
    for key, each in said.items():
        string = known.get(key) if _fits(each, known.get(key)) else None
        new.add(each.words, string, context=each.context or None)
    for key, string in known.items():
        if key not in said and not prune and any(_strings(string)):
            new.obsolete[key] = Message(key[0], string, context=key[1] or None)
    _write(catalogue_path(app), new)


def check(apps: Iterable[str]) -> list[Fault]:
    """List what is missing, obsolete, or said in two ways."""
    faults: list[Fault] = []
    french: dict[Key, tuple[str, Text]] = {}
    for app in apps:
        catalogue = _read(catalogue_path(app))
        said = {each.key for each in extract_from(app)}
        written = {_key(each): each for each in catalogue if each.id}
        faults += [
            Fault(app, "missing", key[0]) for key in sorted(said) if not _is_complete(written.get(key))
        ]
        faults += [Fault(app, "obsolete", key[0]) for key in sorted(written.keys() - said)]
        faults += [Fault(app, "obsolete", _key(each)[0]) for each in catalogue.obsolete.values()]
        for key in said & written.keys():
            first_app, string = french.setdefault(key, (app, _string(written[key])))
            if string != _string(written[key]) and first_app != app:
                faults.append(Fault(app, f"conflict (said otherwise in {first_app})", key[0]))
    return faults


def compile_all() -> int:
    """Compile the catalogues that changed and return how many."""
    count = 0
    for path in _list_catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        content = BytesIO()
        write_mo(content, _read(path))
        # Several processes may compile at once (tests in parallel): each replaces the file whole.
        whole = target.with_name(f"{target.name}.{os.getpid()}")
        whole.write_bytes(content.getvalue())
        whole.replace(target)
        count += 1
    return count


def extract_from(app: str) -> Iterator[Said]:
    """Read every message that a folder's Python files and templates say."""
    for path in _list_sources():
        if _app_of(path) == app:
            yield from _extract_file(path)


def _extract_file(path: Path) -> Iterator[Said]:
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".html", ".txt"}:
        # What templatize leaves of the template is blanked words and calls; indentation means nothing in it.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, words, _comments, context in extract("python", BytesIO(text.encode()), _KEYWORDS):
        if words:
            yield Said(words, context or "")


def _list_sources() -> list[Path]:
    python = (path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    templates = (path for suffix in ("html", "txt") for path in SOURCE.glob(f"*/templates/**/*.{suffix}"))
    return sorted([*python, *templates])


def _list_catalogues() -> list[Path]:
    return sorted(SOURCE.glob("*/locale/fr/LC_MESSAGES/django.po"))


def _app_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    folder = parts[0] if len(parts) > 1 else ""
    return _HOSTED.get(folder, folder)


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="fr")
    with path.open("rb") as file:
        return read_po(file, locale="fr", charset="utf-8")


def _write(path: Path, catalogue: Catalog) -> None:
    if not any(each.id for each in catalogue) and not catalogue.obsolete and not path.exists():
        return
    content = BytesIO()
    write_po(content, catalogue, no_location=True, omit_header=True, sort_output=True, width=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEADER + content.getvalue().decode().strip() + "\n", encoding="utf-8")


def _key(message: Message) -> Key:
    words = message.id if isinstance(message.id, str) else message.id[0]
    return (words, message.context or "")


def _flat(key: Key) -> str:
    words, context = key
    return f"{context}\x04{words}" if context else words


def _as_said(french: Text) -> Text:
    return french if isinstance(french, str) else tuple(french)


def _string(message: Message) -> Text:
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


def _strings(string: Text) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string


def _fits(said: Said, string: Text | None) -> bool:
    return isinstance(said.words, str) == isinstance(string, str)


def _is_complete(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = _strings(_string(message))
    words = message.id if isinstance(message.id, str) else message.id[-1]
    wanted = sorted(_PLACEHOLDER.findall(words))
    return all(strings) and sorted(_PLACEHOLDER.findall(strings[-1])) == wanted
