"""A machine's token has a scope, and says when it was last used."""

from django.db import migrations, models


def give_scopes(apps, schema_editor):
    """Write what each token of before could do."""
    tokens = apps.get_model("accounts", "ServiceToken").objects
    tokens.filter(role="edge").update(scope="gateway")
    tokens.exclude(role="edge").update(scope="dicomweb.read dicomweb.store")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_known_devices"),
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
    ]
