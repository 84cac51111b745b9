"""Register the organisations context with Django."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The organisations context."""

    name = "diaphane.organisations"
