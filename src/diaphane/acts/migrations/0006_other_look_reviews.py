"""Conclusions on looks outside any exam: never changed, gone after three years or with their record (R37, R44)."""

import django.contrib.postgres.fields
from django.db import migrations, models

import diaphane.kernel.identifiers

ERASED_ONLY = """
CREATE FUNCTION diaphane_other_looks_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.reviewed_at < now() - interval '3 years' THEN RETURN OLD; END IF;
  IF diaphane_may_erase(OLD.patient_id) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
PROTECT = [
    "CREATE TRIGGER acts_otherlookreview_append_only BEFORE UPDATE OR TRUNCATE ON acts_otherlookreview "
    "FOR EACH STATEMENT EXECUTE FUNCTION diaphane_append_only()",
    "CREATE TRIGGER acts_otherlookreview_erased_only BEFORE DELETE ON acts_otherlookreview "
    "FOR EACH ROW EXECUTE FUNCTION diaphane_other_looks_erased_only()",
]
LET_BE = [
    "DROP TRIGGER acts_otherlookreview_erased_only ON acts_otherlookreview",
    "DROP TRIGGER acts_otherlookreview_append_only ON acts_otherlookreview",
]


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0005_look_reviews"),
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="OtherLookReview",
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
                ("structure_id", models.UUIDField()),
                ("patient_id", models.UUIDField(null=True)),
                ("number", models.CharField(blank=True, max_length=64)),
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
                                ("many_identities", "more than 60 identities opened that day by this person"),
                                ("many_searches", "more than 200 searches that day by this person"),
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
            ],
            options={
                "ordering": ["-reviewed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "until_entry"), name="other_looks_concluded_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person_id", models.F("reviewer_id")), _negated=True),
                        name="other_looks_reviewed_by_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASED_ONLY, "DROP FUNCTION diaphane_other_looks_erased_only()"),
        migrations.RunSQL(PROTECT, LET_BE),
    ]
