"""Number the events, and announce each one on commit with its sequence number only."""

from django.db import migrations

NOTIFY = """
CREATE FUNCTION diaphane_notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('diaphane_events', NEW.sequence::text);
  RETURN NULL;
END $$;
CREATE TRIGGER events_event_notify AFTER INSERT ON events_event
  FOR EACH ROW EXECUTE FUNCTION diaphane_notify_event();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE events_sequence", "DROP SEQUENCE events_sequence"),
        migrations.RunSQL(NOTIFY, "DROP FUNCTION diaphane_notify_event() CASCADE"),
    ]
