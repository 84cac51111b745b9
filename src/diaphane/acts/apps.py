"""Register the acts context with Django."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """The acts context."""

    name = "diaphane.acts"
