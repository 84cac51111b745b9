"""Register the acts context with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ActsConfig(AppConfig):
    """The acts context."""

    name = "diaphane.acts"

    def ready(self) -> None:
        """Load every transition table, in the order of the applications: ledger and rules list them all."""
        autodiscover_modules("transitions")
