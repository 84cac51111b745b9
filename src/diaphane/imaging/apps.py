"""Register the imaging context with Django."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    """The imaging context."""

    name = "diaphane.imaging"

    def ready(self) -> None:
        """Load the transition table, so that the list of guards is complete."""
        from . import transitions  # noqa: F401
