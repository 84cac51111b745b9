"""The event log and its deliveries."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Events written in the transaction that causes them, delivered at least once."""

    name = "diaphane.events"
