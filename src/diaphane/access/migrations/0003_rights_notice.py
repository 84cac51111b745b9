"""Tell every process when a right is taken back or a login changes, so that none is remembered (R41, R42)."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION diaphane_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('diaphane_rights', '');
    RETURN NULL;
END $$
"""
TABLES = (
    "access_grant",
    "django_session",
    "accounts_user",
    "accounts_servicetoken",
    "organisations_membership",
    "mfa_authenticator",
)


def watch(table, event="UPDATE OR DELETE"):
    """Return the operation that makes a table tell of its changes, once per statement."""
    name = f"{table}_rights_changed"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} EXECUTE FUNCTION diaphane_rights_changed()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_open_grants"),
        ("accounts", "0001_initial"),
        ("organisations", "0001_initial"),
        ("sessions", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        migrations.RunSQL(NOTICE, "DROP FUNCTION diaphane_rights_changed"),
        *map(watch, TABLES),
    ]
