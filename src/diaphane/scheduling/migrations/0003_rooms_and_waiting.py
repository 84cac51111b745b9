"""Hours and closures of rooms, the time to clean them, patients who did not come, and the waiting list."""

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers

EXCLUSION = """
ALTER TABLE scheduling_appointment ADD CONSTRAINT no_double_booking EXCLUDE USING gist (
  uuidrange(room_id, room_id, '[]') WITH &&,
  tstzrange(starts_at, {until}) WITH &&
) WHERE (cancelled_at IS NULL)
"""
DROP = "ALTER TABLE scheduling_appointment DROP CONSTRAINT no_double_booking"


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_look_reviews"),
        ("organisations", "0007_room_buffer"),
        ("scheduling", "0002_no_double_booking"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomClosure",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=120)),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["starts_at"],
            },
        ),
        migrations.CreateModel(
            name="RoomHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                            (7, "Public holidays"),
                        ]
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
            ],
            options={
                "ordering": ["day", "opens"],
            },
        ),
        migrations.CreateModel(
            name="WaitingEntry",
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
                ("modality", models.CharField(max_length=2)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("offered_starts_at", models.DateTimeField(null=True)),
                ("offered_until", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["since", "id"],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="frees_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL("UPDATE scheduling_appointment SET frees_at = ends_at", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="appointment",
            name="frees_at",
            field=models.DateTimeField(),
        ),
        migrations.RunSQL(DROP, EXCLUSION.format(until="ends_at")),
        migrations.RunSQL(EXCLUSION.format(until="frees_at"), DROP),
        migrations.AddField(
            model_name="appointment",
            name="missed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("frees_at__gte", models.F("ends_at"))), name="room_is_free_after_the_exam"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("missed_at", None), ("cancelled_at__isnull", False), _connector="OR"),
                name="missed_appointment_is_given_back",
            ),
        ),
        migrations.AddField(
            model_name="roomclosure",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="closures", to="organisations.room"
            ),
        ),
        migrations.AddField(
            model_name="roomhours",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hours", to="organisations.room"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="act",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="waiting_entries", to="acts.act"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="offered_room",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.room",
            ),
        ),
        migrations.AddConstraint(
            model_name="roomclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="closure_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="roomhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("day__in", [0, 1, 2, 3, 4, 5, 6, 7])), name="room_hours_day_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("act",), name="waits_once_per_act"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_room", None), ("offered_starts_at", None), ("offered_until", None)),
                    models.Q(
                        ("offered_room__isnull", False),
                        ("offered_starts_at__isnull", False),
                        ("offered_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="offer_is_whole",
            ),
        ),
    ]
