"""Public holidays of a territory: they are not the same in Strasbourg, in Saint-Denis and in Paris (R26)."""

from datetime import date
from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _
from holidays.countries.france import France


class HolidayZone(models.TextChoices):
    """Where public holidays differ, by the code that the calendar of holidays gives them."""

    METROPOLE = "", _("Mainland France and Corsica")
    ALSACE = "6AE", _("Alsace")
    MOSELLE = "57", _("Moselle")
    GUADELOUPE = "971", _("Guadeloupe")
    MARTINIQUE = "972", _("Martinique")
    GUYANE = "973", _("French Guiana")
    REUNION = "974", _("Réunion")
    MAYOTTE = "976", _("Mayotte")


def is_holiday(day: date, *, zone: str) -> bool:
    """Say whether a day is a public holiday in a territory."""
    return day in _list_holidays(day.year, zone)


@cache
def _list_holidays(year: int, zone: str) -> frozenset[date]:
    return frozenset(France(years=year, subdiv=zone or None))  # type: ignore[no-untyped-call]
