"""Write how long something has waited, short enough for a row."""

from datetime import datetime

from django.utils.translation import gettext as _


def spell_wait(since: datetime, until: datetime) -> str:
    """Return « 12 min », « 3 h 05 » or « 2 j 4 h »."""
    minutes = max(0, int((until - since).total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours % 24}
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}
