"""Records past their time, and what holds them back; what never changed may go with its record, decided (R37).

A row of the history goes only while the erasure of its own record is under way, decided by a named person,
and nobody holds the record back; a conclusion on looks, also three years later. Everything else is refused
as before.
"""

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers

MAY_ERASE = """
CREATE FUNCTION diaphane_may_erase(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up AS (
    SELECT id, merged_into_id FROM patients_patient WHERE id = person
    UNION SELECT above.id, above.merged_into_id FROM patients_patient above JOIN up ON above.id = up.merged_into_id
  )
  SELECT EXISTS (SELECT FROM privacy_erasure e JOIN up ON e.patient_id = up.id WHERE e.state = 'erasing')
    AND NOT EXISTS (
      SELECT FROM privacy_legalhold h JOIN up ON h.patient_id = up.id
      WHERE h.lifted_at IS NULL AND (h.until IS NULL OR h.until >= current_date)
    )
$$;
"""
ERASED_ONLY = """
CREATE FUNCTION diaphane_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE person uuid;
BEGIN
  IF TG_TABLE_NAME = 'patients_correction' THEN person := OLD.patient_id;
  ELSIF TG_TABLE_NAME = 'requests_safetyanswer' THEN
    SELECT act.patient_id INTO person FROM requests_examrequest request JOIN acts_act act ON act.id = request.act_id
    WHERE request.id = OLD.request_id;
  ELSE SELECT patient_id INTO person FROM acts_act WHERE id = OLD.act_id;
  END IF;
  IF diaphane_may_erase(person) THEN RETURN OLD; END IF;
  IF TG_TABLE_NAME = 'acts_lookreview' THEN
    IF OLD.reviewed_at < now() - interval '3 years' THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TABLES = (
    "acts_step",
    "acts_ledgerentry",
    "acts_lookreview",
    "consents_consent",
    "conversations_message",
    "patients_correction",
    "requests_safetyanswer",
)


def refuse(table, what):
    """Return what makes a table refuse some statements, whatever they touch."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE {what} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION diaphane_append_only()"
    )


def let_go(table):
    """Let the rows of a table go with their record, and no other way."""
    return migrations.RunSQL(
        [
            f"DROP TRIGGER {table}_append_only ON {table}",
            refuse(table, "UPDATE OR TRUNCATE"),
            f"CREATE TRIGGER {table}_erased_only BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION diaphane_erased_only()",
        ],
        [
            f"DROP TRIGGER {table}_erased_only ON {table}",
            f"DROP TRIGGER {table}_append_only ON {table}",
            refuse(table, "UPDATE OR DELETE OR TRUNCATE"),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_look_reviews"),
        ("audit", "0002_append_only"),
        ("consents", "0003_objections"),
        ("conversations", "0002_append_only"),
        ("organisations", "0005_data_protection_officer"),
        ("patients", "0006_corrections_and_watches"),
        ("privacy", "0001_rights_of_persons"),
        ("requests", "0003_safety_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "To decide"),
                            ("approved", "Decided: erased in some days"),
                            ("erasing", "Being erased"),
                            ("done", "Erased"),
                            ("lapsed", "No longer past its time"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[("last_exam", "last_exam"), ("child", "child"), ("death", "death")],
                        max_length=9,
                    ),
                ),
                ("due_on", models.DateField()),
                ("exams", models.PositiveIntegerField()),
                ("images", models.PositiveIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, max_length=200)),
                ("erased_at", models.DateTimeField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="patients.patient",
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
                "ordering": ["due_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "approved", "erasing", "done", "lapsed"])
                        ),
                        name="erasure_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "erasing", "done"]), _negated=True),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by_id__isnull", False),
                                models.Q(("decided_by_label", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="erasure_decided_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "lapsed"]), _negated=True),
                            ("patient", None),
                            _connector="OR",
                        ),
                        name="erasure_over_names_nobody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
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
                ("until", models.DateField(null=True)),
                ("placed_at", models.DateTimeField()),
                ("placed_by_id", models.UUIDField()),
                ("placed_by_label", models.CharField(max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by_label", models.CharField(blank=True, max_length=200)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="patients.patient",
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
                "ordering": ["-placed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="hold_says_why"
                    )
                ],
            },
        ),
        migrations.RunSQL(MAY_ERASE, "DROP FUNCTION diaphane_may_erase(uuid)"),
        migrations.RunSQL(ERASED_ONLY, "DROP FUNCTION diaphane_erased_only()"),
        *map(let_go, TABLES),
    ]
