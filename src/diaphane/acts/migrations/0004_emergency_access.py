"""Access in an emergency, outside the care team (R42, R44)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import diaphane.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_known_states"), ("access", "0004_grants_for_a_while")]

    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
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
                ("role", models.CharField(max_length=40)),
                ("structure_id", models.UUIDField(null=True)),
                ("structure_label", models.CharField(blank=True, max_length=200)),
                (
                    "motive",
                    models.CharField(
                        choices=[
                            ("vital", "The patient’s life is at stake"),
                            ("care", "The patient is being cared for here, and the team cannot be reached"),
                            ("transfer", "The patient is being transferred to us"),
                            ("other", "Another reason"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "Justified"),
                            ("unjustified", "Not justified: it is followed up"),
                        ],
                        max_length=12,
                    ),
                ),
                ("conclusion", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewer_id", models.UUIDField(null=True)),
                ("reviewer_label", models.CharField(blank=True, max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to="acts.act",
                    ),
                ),
            ],
            options={"ordering": ["-opened_at"]},
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewer_id=None, verdict="")
                | Q(reviewed_at__isnull=False, reviewer_id__isnull=False)
                & ~Q(verdict="")
                & ~Q(conclusion=""),
                name="emergency_reviewed_with_a_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=Q(reviewer_id=None) | ~Q(reviewer_id=F("person_id")),
                name="emergency_reviewed_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at=None),
                fields=("act", "person_id", "role"),
                name="one_open_emergency",
            ),
        ),
    ]
