"""Register the pages with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, by audience."""

    name = "diaphane.web"

    def ready(self) -> None:
        """Close live pages on logout."""
        from .live.logout import follow_logouts

        follow_logouts()
