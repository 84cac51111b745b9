"""Register the delivery context with Django."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The delivery context."""

    name = "diaphane.delivery"
