"""Keep where each entry comes from, and sign the chain each day; what is sealed keeps its first form (R44)."""

from importlib import import_module

from django.db import migrations, models

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={"ordering": ["day"]},
        ),
        protect("audit_signature"),
        migrations.AddField("entry", "address", models.GenericIPAddressField(null=True)),
        # The entries that exist are of the first form; a new column writes no row, so no trigger is woken.
        migrations.AddField("entry", "form", models.SmallIntegerField(default=1)),
        migrations.AlterField("entry", "form", models.SmallIntegerField(default=2)),
    ]
