"""Grants that end by the clock; both indexes of open grants hold when, so that they still answer alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0003_rights_notice")]

    operations = [
        migrations.RemoveConstraint(model_name="grant", name="one_open_grant"),
        migrations.RemoveIndex(model_name="grant", name="open_grants_of_holder"),
        migrations.AddField("grant", "ends_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["holder_id", "role", "act_id"],
                include=["ends_at"],
                name="open_grants_of_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("act_id", "holder_id", "role", "holder_type"),
                include=("ends_at",),
                name="one_open_grant",
            ),
        ),
    ]
