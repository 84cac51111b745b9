"""Register the conversations context with Django."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """The conversations context."""

    name = "diaphane.conversations"
