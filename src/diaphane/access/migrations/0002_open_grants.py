"""Let each index of open grants hold all that a search asks of rights, from either side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="grant",
            name="one_open_grant",
        ),
        migrations.RemoveIndex(
            model_name="grant",
            name="access_gran_holder__31d0e4_idx",
        ),
        migrations.RemoveIndex(
            model_name="grant",
            name="access_gran_act_id_0f4120_idx",
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["holder_id", "role", "act_id"],
                name="open_grants_of_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("act_id", "holder_id", "role", "holder_type"),
                name="one_open_grant",
            ),
        ),
    ]
