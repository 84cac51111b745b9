"""Fill the platform's database with fictitious identities by COPY, then time each kind of search, as JSON.

Run in a process of its own, with the platform's settings:
``python -m bench.patient_searches COUNT SHARE ROUNDS SEARCHES``.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import django

from .filling import people_by_place
from .studies import make_study

WHO = "requesting_physician@saint_aubin"
OTHER_SITES = 9
_SECOND_NAMES = ("Marie", "Jean-Pierre", "Élodie", "Ange", "Noëlle")
_PARTICLES = ("", "", "", "", "", "Le ", "De ", "L’")
_STRIDE = 7919
_DAY_ONE = date(1930, 1, 1).toordinal()
_DAYS = 95 * 365


@dataclass(frozen=True)
class Identity:
    """One fictitious person, made from a number alone."""

    id: UUID
    birth_name: str
    used_name: str
    first_names: str
    birth_date: date


def make_identity(number: int) -> Identity:
    """Make one identity: few names are common, one person in four uses another name."""
    family, _, given = make_study(number * 2, 1 << 30).patient_name.partition("^")
    used = make_study(number * 34 + 7, 1 << 30).patient_name.partition("^")[0]
    return Identity(
        id=UUID(int=number + 1),
        birth_name=f"{_PARTICLES[number % len(_PARTICLES)]}{family.capitalize()}",
        used_name=used.capitalize() if number % 4 == 0 else "",
        first_names=f"{given.capitalize()} {_SECOND_NAMES[number % len(_SECOND_NAMES)]}",
        birth_date=date.fromordinal(_DAY_ONE + number * 104_729 % _DAYS),
    )


def _by_name(who: Identity) -> str:
    return who.birth_name


def _by_full_name(who: Identity) -> str:
    return f"{who.birth_name} {who.first_names}"


def _swapped(who: Identity) -> str:
    return f"{who.first_names.split()[0]} {who.used_name or who.birth_name}"


def _by_start(who: Identity) -> str:
    return who.birth_name.split()[-1][:3]


def _by_letter(who: Identity) -> str:
    return who.birth_name[:1]


def _by_starts(who: Identity) -> str:
    return f"{who.birth_name.split()[-1][:3]} {who.first_names[:2]}"


def _by_start_and_date(who: Identity) -> str:
    return f"{who.birth_name.split()[-1][:3]} {who.birth_date:%d/%m/%Y}"


def _by_sound(who: Identity) -> str:
    return f"{who.birth_name.replace('c', 'qu').replace('n', 'nn')}e {who.first_names.split()[0]}"


def _by_date(who: Identity) -> str:
    return f"{who.birth_date:%d/%m/%Y}"


KINDS: dict[str, Callable[[Identity], str]] = {
    "birth name": _by_name,
    "full name": _by_full_name,
    "given name first": _swapped,
    "three letters": _by_start,
    "one letter": _by_letter,
    "three letters and two": _by_starts,
    "three letters, birth date": _by_start_and_date,
    "misspelt name, given name": _by_sound,
    "birth date": _by_date,
}


def fill(count: int, share: int, issuer: str) -> None:
    """Write the identities: one in ``share`` known at the searcher's site, the others elsewhere."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX patient_search_words")
    with transaction.atomic(), connection.cursor() as cursor:
        for target, make in _TABLES.items():
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for number in range(count):
                    issued = issuer if number % share == 0 else f"BENCH-{number % OTHER_SITES}"
                    copy.write_row(make(make_identity(number), (issued, f"B{number:09d}")))
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX patient_search_words ON patients_searchentry USING gin (words)")
        cursor.execute("VACUUM ANALYZE")


def _patient(who: Identity, _issued: tuple[str, str]) -> tuple[object, ...]:
    from diaphane.patients.models import make_search_key

    names = (who.birth_name, who.used_name, who.first_names)
    key = make_search_key(*names)
    return (who.id, *names, "U", who.birth_date, "99999", "", "", "provisional", "", key, "now", *_CERTAIN)


def _identifier(who: Identity, issued: tuple[str, str]) -> tuple[object, ...]:
    return (who.id, *issued)


def _entry(who: Identity, issued: tuple[str, str]) -> tuple[object, ...]:
    from diaphane.patients.search_words import list_tokens

    names = (who.birth_name, who.used_name, who.first_names)
    tokens = list_tokens(names=names, birth_date=who.birth_date, ins="", identifiers=[issued])
    return who.id, " ".join(f"'{token}'" for token in tokens)


_PATIENT = (
    "id, birth_name, used_name, first_names, sex, birth_date, birth_place_code, ins, ins_oid, "
    "identity_status, phone, search_key, created_at, "
    "is_homonym, is_doubtful, is_fictitious, is_unidentified, unidentified_label"
)
_CERTAIN = (False, False, False, False, "")
_TABLES = {
    f"patients_patient ({_PATIENT})": _patient,
    "patients_patientidentifier (patient_id, issuer, value)": _identifier,
    "patients_searchentry (patient_id, words)": _entry,
}


def search(count: int, share: int, rounds: int, searches: int) -> dict[str, list[float]]:
    """Time each kind of search in turn, for people of the site; the first round warms up.

    Raises:
        AssertionError: the person looked for by the full name and birth date is not found.
    """
    from diaphane.demo.territory import get_person_actor
    from diaphane.patients.searching import search_patients

    actor = get_person_actor(people_by_place()[WHO])
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(-1, rounds):
        for kind, say in KINDS.items():
            for place in range(searches):
                who = make_identity(((number + 1) * searches + place) * _STRIDE % (count // share) * share)
                start = time.perf_counter()
                search_patients(actor, words=say(who), most=21)
                if number >= 0:
                    seconds[kind].append(time.perf_counter() - start)
    exact = f"{_by_full_name(who)} {_by_date(who)}"
    assert who.id in [each.pk for each in search_patients(actor, words=exact, most=21)]  # noqa: S101
    return seconds


def main() -> None:
    """Fill, search, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "diaphane.config.settings"
    django.setup()
    from diaphane.demo.territory import get_structure

    count, share, rounds, searches = map(int, sys.argv[1:])
    fill(count, share, get_structure("saint_aubin").issuer)
    print(json.dumps(search(count, share, rounds, searches)))


if __name__ == "__main__":
    main()
