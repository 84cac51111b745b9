"""Subscribe the use cases that cross contexts."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The only subscribers to events."""

    name = "diaphane.journeys"

    def ready(self) -> None:
        """Register every handler once the contexts are loaded."""
        from .subscriptions import subscribe_all

        subscribe_all()
