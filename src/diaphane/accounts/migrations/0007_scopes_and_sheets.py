"""A machine's token has a scope, and says when it was last used; a patient has a sheet and links."""

import django.db.models.deletion
from django.db import migrations, models

import diaphane.kernel.identifiers


def give_scopes(apps, schema_editor):
    """Write what each token of before could do."""
    tokens = apps.get_model("accounts", "ServiceToken").objects
    scopes = {"edge": "gateway", "service": "dicomweb.read dicomweb.store", "collector": "trace.read"}
    for role, scope in scopes.items():
        tokens.filter(role=role).update(scope=scope)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_collector_of_traces"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicetoken",
            name="scope",
            field=models.CharField(default="gateway", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="servicetoken", name="last_used_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(give_scopes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="servicetoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope", ""), _negated=True), name="service_token_has_a_scope"
            ),
        ),
        migrations.CreateModel(
            name="AccessSheet",
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
                ("patient_id", models.UUIDField()),
                ("structure_id", models.UUIDField()),
                ("name", models.CharField(max_length=150)),
                ("email", models.EmailField(max_length=254)),
                ("code_hash", models.CharField(max_length=128)),
                ("document", models.CharField(max_length=40)),
                ("checked_by_id", models.UUIDField()),
                ("checked_by_label", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("first_used_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                ("paused_until", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["email"], name="accounts_ac_email_d12707_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("patient_id",),
                        name="one_access_sheet_each",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInLink",
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
                ("key_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mail_error", models.CharField(blank=True, max_length=80)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="accounts.accesssheet",
                    ),
                ),
            ],
        ),
    ]
