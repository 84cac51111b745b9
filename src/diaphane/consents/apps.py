"""Register the consents context with Django."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """The consents context."""

    name = "diaphane.consents"
