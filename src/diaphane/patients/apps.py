"""Register the patients context with Django."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """The patients context."""

    name = "diaphane.patients"
