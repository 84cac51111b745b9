"""Register the requests context with Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The requests context."""

    name = "diaphane.requests"
