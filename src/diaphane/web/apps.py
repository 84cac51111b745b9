"""Register the pages with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, by audience."""

    name = "diaphane.web"
