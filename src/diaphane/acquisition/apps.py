"""Register the acquisition context with Django."""

from django.apps import AppConfig


class AcquisitionConfig(AppConfig):
    """The acquisition context."""

    name = "diaphane.acquisition"
