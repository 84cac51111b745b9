"""The application of the hospital's identities."""

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """Declare the context to Django."""

    name = "diaphane.admissions"
