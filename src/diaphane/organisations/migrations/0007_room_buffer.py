"""The time that a room needs after each exam."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_dated_roles_and_sites"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="buffer_minutes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
