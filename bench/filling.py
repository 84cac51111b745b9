"""Fill the platform's database with the fictitious archive, and log its people in.

Run in a process of its own, with the platform's settings: ``python -m bench.filling COUNT``. It prints, as
JSON, the session cookie of each professional of the territory. Every act is open to the radiologists of the
reading structure; one in a hundred was asked by another site.
"""

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path

import django

from .studies import make_studies

_COLUMNS = """
    number, uid, patient_name, patient_key, patient_id, birth_date, accession, study_date, study_time,
    modality, is_rare
"""
_STAGE = """
    CREATE TEMP TABLE stage (
        number int, uid text, patient_name text, patient_key text, patient_id text, birth_date text,
        accession text, study_date text, study_time text, modality text, is_rare bool, site uuid,
        patient uuid DEFAULT uuidv7(), act uuid DEFAULT uuidv7(), study uuid DEFAULT uuidv7(),
        series uuid DEFAULT uuidv7())
"""
_FILL = Path(__file__).with_suffix(".sql")


def fill(count: int) -> None:
    """Write the archive, by COPY then INSERT … SELECT, and tell the planner about it."""
    from django.db import connection, transaction

    from diaphane.demo.territory import get_structure

    keys = {"reader": "haute_lisiere", "usual": "saint_aubin", "rare": "montbrezy"}
    places = {name: str(get_structure(key).pk) for name, key in keys.items()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        _copy(cursor, count)
        for statement in _FILL.read_text().split(";\n")[:-1]:
            cursor.execute(statement, places)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copy(cursor: object, count: int) -> None:
    from diaphane.kernel.words import fold

    with cursor.copy(f"COPY stage ({_COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for study in make_studies(count):
            who = (study.patient_name, fold(study.patient_name), study.patient_id, study.birth_date)
            when = (study.study_date, study.study_time)
            what = (study.modality, study.number % 100 == 0)
            copy.write_row(
                (study.number, study.study_instance_uid, *who, study.accession_number, *when, *what)
            )


def open_session(key: str) -> str:
    """Log a person of the territory in, as after both factors, and return the cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from diaphane.accounts.models import User
    from diaphane.demo.territory import get_person_actor

    user = User.objects.get(pk=get_person_actor(key).id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["began_at"] = time.time()  # diaphane/accounts/session_age.py
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def people_by_place() -> dict[str, str]:
    """Return the key of each professional by role and structure: ``imageur@haute_lisiere``."""
    from diaphane.demo.people import PEOPLE

    return {f"{each.role.value}@{each.structure}": each.key for each in PEOPLE}


def main() -> None:
    """Fill the archive and print the sessions."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "diaphane.config.settings"
    django.setup()
    if count := int(sys.argv[1]):
        fill(count)
    print(json.dumps({place: open_session(key) for place, key in people_by_place().items()}))


if __name__ == "__main__":
    main()
