"""Keep who moved images and who doubts them; tell every process, for what it remembers may be closed now."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers

WATCHED = (
    ("quarantine_rights_changed", "INSERT OR UPDATE OR DELETE", "imaging_quarantine"),
    ("series_rights_changed", "UPDATE OF study_id", "imaging_series"),
    ("instance_rights_changed", "UPDATE OF series_id", "imaging_instance"),
)


def watch(name, event, table):
    """Return the operation that makes a table tell of its changes, once per statement."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} EXECUTE FUNCTION diaphane_rights_changed()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_rights_notice"),
        ("acts", "0003_known_states"),
        ("imaging", "0013_received_by_label"),
        ("organisations", "0003_lead_technologist"),
    ]

    operations = [
        migrations.CreateModel(
            name="Move",
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
                            ("join", "Attachment of images"),
                            ("take_away", "Removal of images"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second person"),
                            ("done", "Done"),
                            ("declined", "Declined"),
                            ("undone", "Undone"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("study_id", models.UUIDField()),
                (
                    "study_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "series",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("images", models.PositiveIntegerField()),
                ("likeness", models.JSONField()),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.UUIDField()),
                ("asked_by_label", models.CharField(max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by_id", models.UUIDField(null=True)),
                ("settled_by_label", models.CharField(blank=True, max_length=200)),
                ("settled_reason", models.TextField(blank=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_label", models.CharField(blank=True, max_length=200)),
                ("undone_reason", models.TextField(blank=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="image_moves", to="acts.act"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.structure",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "done", "declined", "undone"])),
                        name="move_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("study_id",),
                        name="one_proposed_move_per_study",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
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
                    "series",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by_id", models.UUIDField()),
                ("opened_by_label", models.CharField(max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by_label", models.CharField(blank=True, max_length=200)),
                ("lifted_reason", models.TextField(blank=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quarantines", to="acts.act"
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quarantines",
                        to="imaging.study",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("study",),
                        name="one_open_quarantine_per_study",
                    )
                ],
            },
        ),
        *(watch(*each) for each in WATCHED),
    ]
