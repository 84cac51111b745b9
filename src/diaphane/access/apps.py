"""Register the access context with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The access context."""

    name = "diaphane.access"
