from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("acts", "0004_emergency_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookReview",
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
                ("person_id", models.UUIDField()),
                ("person_label", models.CharField(max_length=200)),
                ("until_entry", models.BigIntegerField()),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("watched", "this patient’s record is under watch"),
                                ("namesake", "bears a name of the patient: a relative?"),
                                (
                                    "no_care_link",
                                    "took no part in the exam, and looked once its report was signed",
                                ),
                                ("long_closed", "the exam was closed more than 30 days before"),
                                ("at_night", "at night, for an exam that was not urgent"),
                                ("many", "more than 60 exams opened that day by this person"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("justified", "Justified"),
                            ("unjustified", "Not justified: it is followed up"),
                        ],
                        max_length=12,
                    ),
                ),
                ("conclusion", models.TextField()),
                ("reviewed_at", models.DateTimeField()),
                ("reviewer_id", models.UUIDField()),
                ("reviewer_label", models.CharField(max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acts.act"
                    ),
                ),
            ],
            options={
                "ordering": ["-reviewed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("act", "person_id", "until_entry"), name="looks_concluded_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person_id", models.F("reviewer_id")), _negated=True),
                        name="looks_reviewed_by_another",
                    ),
                ],
            },
        ),
        protect("acts_lookreview"),
    ]
