"""The one clock: operations take ``at`` explicitly; only the edges of the system ask the time here."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()
