"""Keep what searches answer beside each study and series, and the metadata ready to be sent.

What is new and comes from the headers alone (time zone, requested procedures, performed steps) is filled by
``./diaphane manage reindex``.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import diaphane.imaging.columns
import diaphane.imaging.deflated
from diaphane.imaging.headers import BULK_URI
from diaphane.kernel.words import fold


def fill(apps, schema_editor):
    """Compress the metadata, and fold the names anew."""
    for instance in apps.get_model("imaging", "Instance").objects.iterator(chunk_size=200):
        instance.metadata = instance.metadata_text
        instance.has_bulk_data = BULK_URI in instance.metadata_text
        instance.save(update_fields=["metadata", "has_bulk_data"])
    for study in apps.get_model("imaging", "Study").objects.iterator(chunk_size=200):
        study.patient_name_key = fold(study.patient_name)
        study.referring_physician_key = fold(study.referring_physician)
        study.save(update_fields=["patient_name_key", "referring_physician_key"])


def unfill(apps, schema_editor):
    """Write the metadata as text again."""
    for instance in apps.get_model("imaging", "Instance").objects.iterator(chunk_size=200):
        instance.metadata_text = instance.metadata
        instance.save(update_fields=["metadata_text"])


COUNT_SERIES = """
    UPDATE imaging_series SET number_of_instances =
        (SELECT count(*) FROM imaging_instance WHERE series_id = imaging_series.id)
"""
COUNT_STUDIES = """
    UPDATE imaging_study SET
        number_of_series = (SELECT count(*) FROM imaging_series WHERE study_id = imaging_study.id),
        number_of_instances = coalesce(
            (SELECT sum(number_of_instances) FROM imaging_series WHERE study_id = imaging_study.id), 0),
        modalities = coalesce(
            (SELECT array_agg(DISTINCT modality ORDER BY modality) FROM imaging_series
             WHERE study_id = imaging_study.id AND modality <> ''), '{}')
"""

# A table whose rows have just changed is altered only once their foreign keys are checked.
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"


class Migration(migrations.Migration):
    dependencies = [("imaging", "0003_performed_procedure_step")]

    operations = [
        migrations.RemoveIndex(
            model_name="study",
            name="imaging_stu_study_d_51cdad_idx",
        ),
        migrations.AddField(
            model_name="instance",
            name="bits_allocated",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="has_bulk_data",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="series",
            name="number_of_instances",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="series",
            name="performed_date",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="series",
            name="performed_time",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="series",
            name="request_attributes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="study",
            name="modalities",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="number_of_instances",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="study",
            name="number_of_series",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="study",
            name="referring_physician_key",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AddField(
            model_name="study",
            name="timezone_offset",
            field=models.TextField(blank=True),
        ),
        migrations.RenameField("instance", "metadata", "metadata_text"),
        migrations.AlterField("instance", "metadata_text", models.TextField(null=True)),
        migrations.AddField("instance", "metadata", diaphane.imaging.deflated.DeflatedTextField(null=True)),
        migrations.RunSQL(migrations.RunSQL.noop, CHECK_NOW),
        migrations.RunPython(fill, unfill),
        migrations.RunSQL(COUNT_SERIES, migrations.RunSQL.noop),
        migrations.RunSQL(COUNT_STUDIES, migrations.RunSQL.noop),
        migrations.RunSQL(CHECK_NOW, migrations.RunSQL.noop),
        migrations.AlterField("instance", "metadata", diaphane.imaging.deflated.DeflatedTextField()),
        migrations.RemoveField("instance", "metadata_text"),
        migrations.AlterField(
            model_name="study",
            name="accession_number",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AlterField(
            model_name="study",
            name="patient_birth_date",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AlterField(
            model_name="study",
            name="patient_id",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AlterField(
            model_name="study",
            name="patient_name_key",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AlterField(
            model_name="study",
            name="study_date",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AlterField(
            model_name="study",
            name="study_time",
            field=diaphane.imaging.columns.SearchedText(blank=True),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(fields=["patient_id"], name="imaging_stu_patient_0c4cb5_idx"),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(fields=["patient_birth_date"], name="imaging_stu_patient_39a8d3_idx"),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(fields=["patient_name_key"], name="imaging_stu_patient_6a38a8_idx"),
        ),
        migrations.AddIndex(
            model_name="study",
            index=django.contrib.postgres.indexes.GinIndex(
                diaphane.imaging.columns.AsWords("patient_name_key"), name="study_patient_words"
            ),
        ),
        migrations.AddIndex(
            model_name="study",
            index=django.contrib.postgres.indexes.GinIndex(fields=["modalities"], name="study_modalities"),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(fields=["-study_date", "-study_time", "-id"], name="study_latest"),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(
                condition=models.Q(("act", None)),
                fields=["site", "-study_date", "-study_time", "-id"],
                name="study_waiting",
            ),
        ),
    ]
