"""Register the rosters context with Django."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    """The rosters context."""

    name = "diaphane.rosters"
