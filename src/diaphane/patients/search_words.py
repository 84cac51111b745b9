"""Turn a patient into tokens, and what a person types into queries over them.

A token is a folded word as it is, or one capital letter and what it says: no folded word begins with a
capital.

- ``B19540317`` a birth date; ``I…`` an INS; ``L…`` what an issuer calls the patient;
- ``P…`` how a name sounds; ``A…`` its first one or two letters, so that they are found without a prefix;
- ``S…`` an issuer that knows the patient: a search of one site reads nobody else (R42).
"""

import re
from collections.abc import Iterable
from datetime import date
from hashlib import blake2s
from itertools import pairwise

from diaphane.kernel.words import fold

from .sounds import sound_of

_SHORT = 2
_MOST_WORDS = 8
_MOST_JOINED = 4
_DATE_PATTERN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_ISO_PATTERN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_INS_LEADING = re.compile(r"[0-9]{5}[0-9AB]{0,10}")
_LOCAL_PATTERN = re.compile(r"[A-Z]+[0-9]{4,}")


def list_tokens(
    *, names: tuple[str, ...], birth_date: date, ins: str, identifiers: Iterable[tuple[str, str]]
) -> list[str]:
    """Return every token of one patient, each once."""
    tokens = {f"B{birth_date:%Y%m%d}", *([f"I{ins}"] if ins else [])}
    for name in names:
        tokens |= _tokens_of_name(name)
    for issuer, value in identifiers:
        site = _site_token(issuer)
        tokens |= {site, f"L{site}{value.upper()}"}
    return sorted(tokens)


def list_queries(words: str, *, issuer: str) -> list[str]:
    """Return the queries that answer words typed at an issuer's site, from the exact to the forgiving.

    Each is a ``tsquery`` written out; the next one is asked when those before it found too little.
    """
    site = _site_token(issuer)
    joined = "".join(words.split()).upper()
    if _INS_LEADING.fullmatch(joined):
        return [_all([_any([_starts(f"I{joined}"), *_bare_date(joined)]), _is(site)])]
    dates, names = _split(words)
    if not dates and not names:
        return []
    base = [*dates, _is(site)]
    if not names:
        return [_all(base)]
    exact = _all([*(_any([_is(name), *_local(name, site)]) for name in names), *base])
    started = _all([*map(_begins, names), *base])
    variants = (names, *_join_neighbours(names)) if len(names) <= _MOST_JOINED else (names,)
    sounded = _any(map(_sound_together, variants))
    return [exact, started, _all([sounded, *base])]


def query_candidates(*, birth_date: date, names: Iterable[str], issuer: str) -> str:
    """Return the query of who may be the same person: born that day, or with all these names."""
    words = [word for name in names for word in fold(name).split()]
    born = _is(f"B{birth_date:%Y%m%d}")
    return _all([_any([born, _all(map(_is, words))] if words else [born]), _is(_site_token(issuer))])


def _tokens_of_name(name: str) -> set[str]:
    parts = fold(name).split()
    wholes = {"".join(parts), *("".join(fold(each).split()) for each in name.split())} - {""}
    tokens = {*parts, *wholes}
    tokens |= {f"A{each[:length]}" for each in parts for length in (1, _SHORT)}
    return tokens | {f"P{sound}" for each in (*parts, *wholes) if (sound := sound_of(each))}


def _split(words: str) -> tuple[list[str], list[str]]:
    dates, names = [], []
    for word in words.split():
        if found := _read_date(word):
            dates.append(found)
        else:
            names += fold(word).split()
    return dates, names[:_MOST_WORDS]


def _read_date(word: str) -> str:
    """Return the query of a birth date written in full, or of a year alone."""
    if match := _ISO_PATTERN.fullmatch(word):
        year, month, day = match.groups()
    elif match := _DATE_PATTERN.fullmatch(word):
        day, month, year = match.groups()
    elif re.fullmatch(r"(19|20)\d\d", word):
        return _starts(f"B{word}")
    else:
        return ""
    years = [year] if len(year) == 4 else [f"19{year}", f"20{year}"]
    return _any(_is(f"B{each}{int(month):02d}{int(day):02d}") for each in years)


def _bare_date(digits: str) -> list[str]:
    """Return the query of a birth date without marks: 17031954."""
    if len(digits) != 8 or not digits.isdigit():
        return []
    return [_is(f"B{digits[4:]}{digits[2:4]}{digits[:2]}")]


def _join_neighbours(names: list[str]) -> list[list[str]]:
    """Return the names with one pair written together, for each pair: « le goff » for « Legoff »."""
    pairs = enumerate(pairwise(names))
    return [[*names[:place], first + second, *names[place + 2 :]] for place, (first, second) in pairs]


def _local(name: str, site: str) -> list[str]:
    return [_is(f"L{site}{name.upper()}")] if _LOCAL_PATTERN.fullmatch(name.upper()) else []


def _begins(name: str) -> str:
    return _is(f"A{name}") if len(name) <= _SHORT else _starts(name)


def _sound_together(names: list[str]) -> str:
    """Return the query of words as they are or as they sound; the last one may be unfinished."""
    *whole, last = names
    return _all([*(_sounds(each, _is(each)) for each in whole), _sounds(last, _begins(last))])


def _sounds(name: str, spelt: str) -> str:
    sound = sound_of(name)
    return _any([spelt, _is(f"P{sound}")]) if sound else _begins(name)


def _site_token(issuer: str) -> str:
    return f"S{blake2s(issuer.encode(), digest_size=6).hexdigest()}"


def _is(token: str) -> str:
    return f"'{token}'"


def _starts(token: str) -> str:
    return f"'{token}':*"


def _all(parts: Iterable[str]) -> str:
    return " & ".join(f"({each})" for each in parts)


def _any(parts: Iterable[str]) -> str:
    return " | ".join(f"({each})" for each in parts)
