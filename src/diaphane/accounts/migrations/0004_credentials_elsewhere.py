"""What a professional must have in order moved to organisations, each with its proof."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_machines"),
        ("organisations", "0004_proofs_and_conventions"),
    ]

    operations = [
        migrations.RemoveField(model_name="professional", name="order_number"),
        migrations.RemoveField(model_name="professional", name="order_checked_at"),
        migrations.RemoveField(model_name="professional", name="order_checked_by"),
        migrations.RemoveField(model_name="professional", name="insurance_until"),
    ]
