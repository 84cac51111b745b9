"""Register the scheduling context with Django."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """The scheduling context."""

    name = "diaphane.scheduling"
