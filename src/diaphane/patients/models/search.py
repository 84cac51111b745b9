"""The words under which a patient is found: one row, one index, written with the patient (R40, R42)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.patients.search_words import list_tokens

from .patient import Patient

_WRITE = """
    INSERT INTO patients_searchentry (patient_id, words) VALUES (%s, array_to_tsvector(%s::text[]))
    ON CONFLICT (patient_id) DO UPDATE SET words = excluded.words
"""


class SearchEntry(models.Model):
    """Every token of one patient: names, their sounds, birth date, INS, and the issuers that know them.

    A table apart, so that a patient is read everywhere else without them.
    """

    patient = models.OneToOneField(
        Patient, on_delete=models.PROTECT, primary_key=True, related_name="search_entry"
    )
    words = SearchVectorField()

    privacy = dict.fromkeys(("patient", "words"), Privacy.IDENTIFYING)
    processing = Processing.IDENTITY

    class Meta:
        indexes = [GinIndex(fields=["words"], name="patient_search_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.patient_id)


def write_search_entry(patient: Patient) -> None:
    """Write the tokens of a patient anew, in the transaction that changed a name or an identifier."""
    issued = list(patient.identifiers.values_list("issuer", "value"))
    tokens = list_tokens(
        names=(patient.birth_name, patient.used_name, patient.first_names),
        birth_date=Patient._meta.get_field("birth_date").to_python(patient.birth_date),
        ins=patient.ins,
        identifiers=issued,
    )
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [patient.pk, tokens])
