"""Let whole signed days of the trail go from its beginning, three years later, and nothing else (R37, R44)."""

from importlib import import_module

from django.db import migrations, models

protect = import_module("diaphane.audit.migrations.0002_append_only").protect
TIMELY = """
CREATE FUNCTION diaphane_trimmed_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM audit_signature WHERE position = NEW.position AND signed_at <= now() - interval '3 years')
    THEN RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append-only: the trail is not cut at % before its time', NEW.position
    USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIMMED_ONLY = """
CREATE FUNCTION diaphane_trimmed_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place bigint;
BEGIN
  IF TG_TABLE_NAME = 'audit_seal' THEN place := OLD.position;
  ELSE SELECT position INTO place FROM audit_seal WHERE entry_id = OLD.id;
  END IF;
  IF EXISTS (SELECT FROM audit_trimming WHERE position >= place) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def refuse(table, what):
    """Return what makes a table refuse some statements, whatever they touch."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE {what} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION diaphane_append_only()"
    )


def let_go(table):
    """Let the rows of a table go with the days that were let go, and no other way."""
    return migrations.RunSQL(
        [
            f"DROP TRIGGER {table}_append_only ON {table}",
            refuse(table, "UPDATE OR TRUNCATE"),
            f"CREATE TRIGGER {table}_trimmed_only BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION diaphane_trimmed_only()",
        ],
        [
            f"DROP TRIGGER {table}_trimmed_only ON {table}",
            f"DROP TRIGGER {table}_append_only ON {table}",
            refuse(table, "UPDATE OR DELETE OR TRUNCATE"),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_forwarding"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trimming",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entries", models.PositiveIntegerField()),
                ("trimmed_at", models.DateTimeField()),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        protect("audit_trimming"),
        migrations.RunSQL(TIMELY, "DROP FUNCTION diaphane_trimmed_in_time()"),
        migrations.RunSQL(
            "CREATE TRIGGER audit_trimming_in_time BEFORE INSERT ON audit_trimming "
            "FOR EACH ROW EXECUTE FUNCTION diaphane_trimmed_in_time()",
            "DROP TRIGGER audit_trimming_in_time ON audit_trimming",
        ),
        migrations.RunSQL(TRIMMED_ONLY, "DROP FUNCTION diaphane_trimmed_only()"),
        let_go("audit_entry"),
        let_go("audit_seal"),
    ]
