"""Register the organisations context with Django."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The organisations context."""

    name = "diaphane.organisations"

    def ready(self) -> None:
        """Trace logins once the models are loaded."""
        from .logins import connect

        connect()
