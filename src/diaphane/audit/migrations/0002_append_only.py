"""Refuse any change to what was written: the trail is append-only in the database itself (R43)."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION diaphane_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def protect(table: str) -> migrations.RunSQL:
    """Return the operation that makes a table append-only."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION diaphane_append_only()",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION diaphane_append_only()"),
        protect("audit_entry"),
        protect("audit_seal"),
    ]
