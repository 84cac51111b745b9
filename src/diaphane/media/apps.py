"""Register the media context with Django."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """The media context."""

    name = "diaphane.media"
