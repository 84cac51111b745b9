"""Register the privacy context with Django."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The privacy context."""

    name = "diaphane.privacy"
