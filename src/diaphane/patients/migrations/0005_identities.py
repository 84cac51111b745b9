"""Let identities gain and lose trust, be compared, merged and parted (R40)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_search_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityPair",
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
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("same_ins", "same INS, other traits"),
                                ("same_traits", "same birth name, given name and birth date"),
                                ("close_given_name", "same birth name and birth date, close given name"),
                                ("close_name", "same given name and birth date, close birth name"),
                                (
                                    "used_name",
                                    "same given name and birth date, one’s used name is the other’s birth name",
                                ),
                                ("swapped", "same birth date, name and given name swapped"),
                                ("close_date", "same birth name and given name, close birth date"),
                                ("settled", "an unidentified patient recognised"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("claimed_ins", models.CharField(blank=True, max_length=15, verbose_name="INS")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "To compare"),
                            ("merged", "Merged, to be reviewed"),
                            ("reviewed", "Merged and reviewed"),
                            ("distinct", "Two persons"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("decided_reason", models.CharField(blank=True, max_length=300)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="IdentityProof",
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
                            ("identity_card", "National identity card"),
                            ("passport", "Passport"),
                            ("residence_permit", "Residence permit"),
                            ("birth_certificate", "Birth certificate or family record book, for a child"),
                            ("insi", "Answer of the national service (INSi)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                ("seen_by_id", models.UUIDField()),
                ("seen_by_label", models.CharField(max_length=200)),
                ("structure_label", models.CharField(blank=True, max_length=150)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-seen_at"],
            },
        ),
        migrations.CreateModel(
            name="MovedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=40)),
                ("row_id", models.CharField(max_length=40)),
                ("moved_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="patient",
            name="is_doubtful",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="patient",
            name="is_fictitious",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="patient",
            name="is_homonym",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="patient",
            name="is_unidentified",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="patient",
            name="unidentified_label",
            field=models.CharField(blank=True, default="", editable=False, max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="patient",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="patients.patient",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("is_unidentified", True), ("is_doubtful", True), _connector="OR"),
                fields=["-created_at"],
                name="uncertain_patients",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("identity_status", "provisional"),
                    models.Q(("is_doubtful", False), ("is_fictitious", False), ("is_unidentified", False)),
                    _connector="OR",
                ),
                name="uncertain_identity_is_provisional",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="merged_into_another",
            ),
        ),
        migrations.AddField(
            model_name="identitypair",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pairs_as_first",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="identitypair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pairs_as_second",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="identitypair",
            name="survivor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pairs_kept",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="identityproof",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="movedrow",
            name="pair",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moved_rows",
                to="patients.identitypair",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitypair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="pair_in_one_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="identitypair",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "merged", "reviewed", "distinct"])),
                name="pair_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitypair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["proposed", "distinct"]), ("survivor", None)),
                    models.Q(("state__in", ["merged", "reviewed"]), ("survivor__isnull", False)),
                    _connector="OR",
                ),
                name="merged_pair_has_a_survivor",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitypair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="one_pair_of_two"),
        ),
    ]
