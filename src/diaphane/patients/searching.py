"""Look for a patient of one's site by what a person says: names, sounds, birth date, INS (R40, R42).

The index gives at most ``_MOST_WEIGHED`` candidates, whom the table of identifiers confirms; those whose
names are the words themselves come first. The candidates stand in a table of their own in the statement, so
that the planner reads them by the index whatever it expects of the rest.
"""

from uuid import UUID

from django.db import connection

from diaphane.kernel.actors import Actor
from diaphane.kernel.words import fold

from .models import Patient
from .queries import find_issuer
from .search_words import list_queries, query_candidates

_MOST_WEIGHED = 400
_ENOUGH_OF_TWO = 5
_FIND = """
    WITH found AS MATERIALIZED (
        SELECT patient_id FROM patients_searchentry WHERE words @@ %(query)s::tsquery
    ), weighed AS (SELECT patient_id FROM found LIMIT %(weighed)s)
    SELECT patient.id FROM weighed JOIN patients_patient AS patient ON patient.id = weighed.patient_id
    WHERE EXISTS (
        SELECT FROM patients_patientidentifier AS issued
        WHERE issued.patient_id = patient.id AND issued.issuer = %(issuer)s)
    ORDER BY (
        SELECT count(*) FROM unnest(%(words)s::text[]) AS word
        WHERE position(' ' || word || ' ' IN patient.search_key || ' ') > 0
    ) DESC, patient.birth_name, patient.first_names, patient.birth_date, patient.id
    LIMIT %(most)s
"""


def search_patients(actor: Actor, *, words: str, most: int) -> list[Patient]:
    """List the patients of the actor's site whom the words fit, the likeliest first; no words, nobody."""
    issuer = find_issuer(actor)
    if issuer is None:
        return []
    found: dict[UUID, None] = {}
    for query in list_queries(words, issuer=issuer):
        found |= dict.fromkeys(_find(query, words=words, issuer=issuer, most=most))
        if len(found) >= _enough(words, most):
            break
    kept = list(found)[:most]
    by_id = Patient.objects.in_bulk(kept)
    return [by_id[each] for each in kept if each in by_id]


def _enough(words: str, most: int) -> int:
    """Return how many found suffice: the more words are said, the fewer look-alikes are looked for."""
    said = len(fold(words).split())
    return most if said == 1 else _ENOUGH_OF_TWO if said == 2 else 1


def _find(query: str, *, words: str, issuer: str, most: int) -> list[UUID]:
    values: dict[str, str | int | list[str]] = {
        "query": query,
        "issuer": issuer,
        "weighed": _MOST_WEIGHED,
        "words": fold(words).split(),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        return [row[0] for row in cursor.fetchall()]


def list_candidates(patient: Patient, *, issuer: str) -> list[Patient]:
    """List the other patients of an issuer born the same day, or with the same birth name and given name."""
    query = query_candidates(
        birth_date=patient.birth_date,
        names=(patient.birth_name, patient.first_names.split(" ")[0]),
        issuer=issuer,
    )
    names = f"{patient.birth_name} {patient.first_names}"
    found = _find(query, words=names, issuer=issuer, most=_MOST_WEIGHED)
    return [each for each in Patient.objects.filter(pk__in=found).order_by("pk") if each.pk != patient.pk]
