"""Number the acts, and make their history and ledger append-only."""

from importlib import import_module

from django.db import migrations

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE acts_accession", "DROP SEQUENCE acts_accession"),
        protect("acts_step"),
        protect("acts_ledgerentry"),
    ]
