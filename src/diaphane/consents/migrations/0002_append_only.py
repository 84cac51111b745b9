"""Make the consents append-only: a later answer never erases an earlier one (R58)."""

from importlib import import_module

from django.db import migrations

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_initial"), ("audit", "0002_append_only")]

    operations = [protect("consents_consent")]
