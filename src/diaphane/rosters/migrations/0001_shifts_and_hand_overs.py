"""Shifts, of which nobody has two at once, and hand-overs."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import diaphane.kernel.identifiers

EXCLUSION = """
ALTER TABLE rosters_shift ADD CONSTRAINT no_two_shifts_at_once EXCLUDE USING gist (
  uuidrange(user_id, user_id, '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("scheduling", "0002_no_double_booking"),  # which makes the type uuidrange
        ("acts", "0005_look_reviews"),
        ("organisations", "0007_room_buffer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
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
                ("giver_label", models.CharField(max_length=150)),
                ("receiver_label", models.CharField(max_length=150)),
                ("words", models.TextField(blank=True)),
                ("proposed_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.structure",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at"],
            },
        ),
        migrations.CreateModel(
            name="HandOverCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("request", "Request under examination"),
                            ("table", "Patient on the table"),
                            ("exam", "Exam to supervise or to read"),
                            ("result", "Result that nobody has acknowledged"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acts.act"
                    ),
                ),
                (
                    "hand_over",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="rosters.handover",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Shift",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("on_site", "On site"),
                            ("on_call", "On call at home"),
                            ("second_line", "Second line"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("phone", models.CharField(max_length=30)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("fr", "French"),
                                ("en", "English"),
                                ("ar", "Arabic"),
                                ("es", "Spanish"),
                                ("pt", "Portuguese"),
                                ("de", "German"),
                                ("it", "Italian"),
                                ("tr", "Turkish"),
                                ("fsl", "French sign language"),
                            ],
                            max_length=3,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("made_by_label", models.CharField(max_length=150)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("saturated_at", models.DateTimeField(null=True)),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="organisations.structure",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("taken_back_at", None)),
                fields=("giver",),
                name="one_hand_over_waits_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("receiver")), _negated=True),
                name="hand_over_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("taken_back_at", None), _connector="OR"),
                name="hand_over_accepted_or_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="handovercase",
            constraint=models.UniqueConstraint(fields=("hand_over", "act", "kind"), name="handed_over_once"),
        ),
        migrations.AddConstraint(
            model_name="handovercase",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["request", "table", "exam", "result"])),
                name="hand_over_kind_known",
            ),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(fields=["structure", "ends_at"], name="rosters_shi_structu_8153ee_idx"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="shift_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["on_site", "on_call", "second_line"])),
                name="shift_kind_known",
            ),
        ),
        migrations.RunSQL(EXCLUSION, "ALTER TABLE rosters_shift DROP CONSTRAINT no_two_shifts_at_once"),
    ]
