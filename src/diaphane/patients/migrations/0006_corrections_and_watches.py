from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("patients", "0005_identities"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="deceased_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=diaphane.kernel.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity_card", "National identity card"),
                            ("passport", "Passport"),
                            ("residence_permit", "Residence permit"),
                            ("birth_certificate", "Birth certificate or family record book, for a child"),
                            ("insi", "Answer of the national service (INSi)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("lost_ins", models.CharField(blank=True, max_length=15)),
                ("corrected_at", models.DateTimeField()),
                ("corrected_by_id", models.UUIDField()),
                ("corrected_by_label", models.CharField(max_length=200)),
                ("structure_label", models.CharField(blank=True, max_length=200)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "ordering": ["-corrected_at"],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=diaphane.kernel.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("started_at", models.DateTimeField()),
                ("started_by_id", models.UUIDField()),
                ("started_by_label", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_label", models.CharField(blank=True, max_length=200)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watches",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "ordering": ["-started_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("patient",),
                        name="one_watch_at_a_time",
                    )
                ],
            },
        ),
        protect("patients_correction"),
    ]
