"""Find who opened what since a day without reading the whole trail (R44)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_signatures")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(
                    ("action__startswith", "viewed."), ("action__startswith", "exported."), _connector="OR"
                ),
                fields=["occurred_at"],
                name="views_by_day",
            ),
        ),
    ]
