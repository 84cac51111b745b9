"""Let the database refuse two appointments at once in one room, without btree_gist."""

from django.db import migrations

CONSTRAINT = """
ALTER TABLE scheduling_appointment ADD CONSTRAINT no_double_booking EXCLUDE USING gist (
  uuidrange(room_id, room_id, '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
        migrations.RunSQL(CONSTRAINT, "ALTER TABLE scheduling_appointment DROP CONSTRAINT no_double_booking"),
    ]
