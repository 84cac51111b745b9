"""The cache's table: what keeps a one-time code from serving twice must be there after ``migrate`` alone."""

from django.db import migrations

_CREATE = """
CREATE TABLE IF NOT EXISTS "django_cache" (
    "cache_key" varchar(255) NOT NULL PRIMARY KEY,
    "value" text NOT NULL,
    "expires" timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS "django_cache_expires" ON "django_cache" ("expires");
"""


class Migration(migrations.Migration):
    """Create what ``createcachetable`` would, so that no second command can be forgotten."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(_CREATE, 'DROP TABLE IF EXISTS "django_cache"')]
