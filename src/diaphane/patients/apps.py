"""Register the patients context with Django."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """The patients context."""

    name = "diaphane.patients"

    def ready(self) -> None:
        """Make its tables known, so that the rules list them."""
        from . import transitions  # noqa: F401
