import json

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers
from diaphane.imaging.facts import read_facts
from diaphane_dicom.part10 import from_dicom_json


def fill_facts(apps, schema_editor):
    """Read the facts of what came before from the metadata made ready at its arrival."""
    instances = apps.get_model("imaging", "Instance").objects
    for each in instances.only("metadata").iterator(chunk_size=200):
        facts = read_facts(from_dicom_json(json.loads(each.metadata)))
        instances.filter(pk=each.pk).update(facts=facts)


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0003_known_states"),
        ("imaging", "0004_qido_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="instance",
            name="facts",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(fill_facts, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Finding",
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
                ("code", models.CharField(max_length=30)),
                (
                    "level",
                    models.CharField(
                        choices=[("serious", "Serious"), ("to_see", "To be looked at")], max_length=10
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField()),
                ("fixed_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_id", models.UUIDField(null=True)),
                ("answered_by_label", models.CharField(blank=True, max_length=200)),
                ("answer", models.TextField(blank=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="acts.act"
                    ),
                ),
            ],
            options={
                "ordering": ["found_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("fixed_at", None)),
                        fields=("act", "code", "about"),
                        name="one_open_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="finding_answered_with_a_reason",
                    ),
                ],
            },
        ),
    ]
