"""Make the threads append-only."""

from importlib import import_module

from django.db import migrations

protect = import_module("diaphane.audit.migrations.0002_append_only").protect


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("audit", "0002_append_only")]

    operations = [protect("conversations_message")]
