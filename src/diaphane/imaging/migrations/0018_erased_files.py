"""Files of the store that are to go (R37)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imaging", "0017_gateway_backlog"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedFile",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("decision_id", models.UUIDField(db_index=True)),
            ],
            options={
                "ordering": ["key"],
            },
        ),
    ]
