"""Register the reporting context with Django."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """The reporting context."""

    name = "diaphane.reporting"
