"""Tell every process when a study goes to another exam, or leaves one that it was beside."""

from django.db import migrations

TELL = "EXECUTE FUNCTION diaphane_rights_changed()"


class Migration(migrations.Migration):
    dependencies = [("imaging", "0007_search_indexes"), ("access", "0003_rights_notice")]
    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER study_rights_changed AFTER UPDATE OF act_id, site_id OR DELETE ON imaging_study {TELL}",
            "DROP TRIGGER study_rights_changed ON imaging_study",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER prior_rights_changed AFTER UPDATE OR DELETE ON imaging_prior {TELL}",
            "DROP TRIGGER prior_rights_changed ON imaging_prior",
        ),
    ]
