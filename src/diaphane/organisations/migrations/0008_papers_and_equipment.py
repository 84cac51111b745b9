"""The papers of a site, whose text never changes once written, and its equipment with each check."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import diaphane.kernel.identifiers

FUNCTION = """
CREATE FUNCTION diaphane_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.site_id, NEW.kind, NEW.version, NEW.body, NEW.written_by_id, NEW.written_at)
     IS DISTINCT FROM (OLD.site_id, OLD.kind, OLD.version, OLD.body, OLD.written_by_id, OLD.written_at) THEN
    RAISE EXCEPTION 'a version of a paper never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER organisations_paper_stays BEFORE UPDATE ON organisations_paper
FOR EACH ROW EXECUTE FUNCTION diaphane_paper_stays()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0007_room_buffer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Equipment",
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
                            ("modality", "Scanner or MRI"),
                            ("injector", "Contrast injector"),
                            ("screen", "Reading screen"),
                            ("network", "Gateway and network"),
                            ("telephone", "Telephone and video"),
                            ("resuscitation", "Emergency trolley"),
                            ("other", "Other equipment"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("listed_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=300)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="organisations.structure",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="EquipmentCheck",
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
                ("done_on", models.DateField()),
                ("next_on", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("fit", "Fit for use"),
                            ("reserve", "Fit, with a reserve"),
                            ("unfit", "Not to be used"),
                        ],
                        max_length=10,
                    ),
                ),
                ("checker", models.CharField(max_length=150)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("recorded_by_id", models.UUIDField()),
                ("recorded_by_label", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "equipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="organisations.equipment",
                    ),
                ),
            ],
            options={
                "ordering": ["-done_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Paper",
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
                            ("project", "Project sheet"),
                            ("risks", "Risk analysis"),
                            ("equipment", "Premises and equipment"),
                            ("refusal", "Procedure: the patient refuses"),
                            ("ineligibility", "Procedure: the exam cannot be made at a distance"),
                            ("failure", "Procedure: technical failure"),
                            ("prognosis", "Procedure: announcing a poor prognosis"),
                            ("degraded", "Procedure: degraded mode"),
                            ("training", "Review of training needs"),
                            ("commitment", "Charter of commitment"),
                        ],
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("written", "Awaits its approval"),
                            ("approved", "Approved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="written",
                        max_length=10,
                    ),
                ),
                ("written_by_id", models.UUIDField()),
                ("written_by_label", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField()),
                ("approved_by_id", models.UUIDField(null=True)),
                ("approved_by_label", models.CharField(blank=True, max_length=200)),
                ("approved_at", models.DateTimeField(null=True)),
                ("in_force_from", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("withdrawn_by_label", models.CharField(blank=True, max_length=200)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="organisations.structure",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "-version"],
            },
        ),
        migrations.CreateModel(
            name="PaperPledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_label", models.CharField(max_length=200)),
                ("pledged_at", models.DateTimeField()),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="organisations.paper",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_pledges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pledged_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PaperWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("noted_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mail_error", models.CharField(blank=True, max_length=60)),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="organisations.paper",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="equipment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("site", "name"),
                name="one_equipment_per_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="equipmentcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_on__gt", models.F("done_on"))),
                name="next_check_comes_after_this_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=("site", "kind", "version"), name="one_paper_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["written", "approved", "withdrawn"])),
                name="paper_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "project",
                            "risks",
                            "equipment",
                            "refusal",
                            "ineligibility",
                            "failure",
                            "prognosis",
                            "degraded",
                            "training",
                            "commitment",
                        ],
                    )
                ),
                name="paper_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(
                        ("approved_by_id__isnull", False),
                        ("expires_on__isnull", False),
                        ("in_force_from__isnull", False),
                        models.Q(("approved_by_label", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_approved_by_a_person_until_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_id", None),
                    models.Q(("approved_by_id", models.F("written_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="paper_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperpledge",
            constraint=models.UniqueConstraint(
                fields=("paper", "person"), name="one_pledge_per_person_and_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperwarning",
            constraint=models.UniqueConstraint(fields=("paper", "days"), name="one_paper_warning_per_delay"),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION diaphane_paper_stays()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER organisations_paper_stays ON organisations_paper"),
    ]
