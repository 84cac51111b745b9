"""Register the sharing context with Django."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The sharing context."""

    name = "diaphane.sharing"
