"""What a patient is told of an appointment: confirmed, moved, given back, reminded."""

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0006_objected_to"),
        ("scheduling", "0003_rooms_and_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentNotice",
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
                            ("confirmed", "Appointment confirmed"),
                            ("moved", "Appointment moved"),
                            ("cancelled", "Appointment given back"),
                            ("week", "Reminder, a week before"),
                            ("eve", "Reminder, two days before"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "By mail"), ("text", "By text message")], max_length=10
                    ),
                ),
                ("recipient", models.CharField(max_length=254)),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=60)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="scheduling.appointment",
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped_at", None), ("sent_at", None)),
                        fields=["due_at"],
                        name="notices_to_send",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "kind", "way"), name="one_notice_per_kind_and_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("dropped_at", None), _connector="OR"),
                        name="notice_sent_or_dropped",
                    ),
                ],
            },
        ),
    ]
