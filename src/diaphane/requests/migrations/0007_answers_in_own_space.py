"""Answers that a patient gives in their own space."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0006_outside_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="safetyanswer",
            name="moment",
            field=models.CharField(
                choices=[
                    ("request", "When the request was written"),
                    ("review", "While the request was examined"),
                    ("after", "After the validation"),
                    ("space", "In the patient’s space"),
                    ("table", "At the table"),
                    ("settled", "A difference was settled"),
                ],
                max_length=10,
            ),
        ),
    ]
