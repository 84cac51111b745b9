"""Let the proofs that sheets were given go with their record, and no other way (R37)."""

from importlib import import_module

from django.db import migrations

let_go = import_module("diaphane.privacy.migrations.0002_erasures").let_go


class Migration(migrations.Migration):
    dependencies = [("consents", "0004_sheets_and_answers"), ("privacy", "0002_erasures")]

    operations = [let_go("consents_sheetgiven")]
