"""Keep every name folded beside the patient, for a search that forgives accents and case."""

from django.db import migrations, models

from diaphane.patients.models import make_search_key


def fill(apps, schema_editor):
    """Fold the names already kept."""
    for patient in apps.get_model("patients", "Patient").objects.iterator():
        patient.search_key = make_search_key(patient.birth_name, patient.used_name, patient.first_names)
        patient.save(update_fields=["search_key"])


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_known_states")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="search_key",
            field=models.CharField(default="", editable=False, max_length=400),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
