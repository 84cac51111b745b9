"""Keep the words under which each patient is found, in a table and an index of their own."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from diaphane.patients.search_words import list_tokens

WRITE = """
    INSERT INTO patients_searchentry (patient_id, words) VALUES (%s, array_to_tsvector(%s::text[]))
"""


def fill(apps, schema_editor):
    """Write the entry of every patient already known."""
    found = apps.get_model("patients", "Patient").objects.prefetch_related("identifiers")
    with schema_editor.connection.cursor() as cursor:
        for patient in found.iterator(chunk_size=2000):
            tokens = list_tokens(
                names=(patient.birth_name, patient.used_name, patient.first_names),
                birth_date=patient.birth_date,
                ins=patient.ins,
                identifiers=[(each.issuer, each.value) for each in patient.identifiers.all()],
            )
            cursor.execute(WRITE, [patient.pk, tokens])


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_search_key")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="patient_search_words"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
