"""Register what exists in the demo only."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The fictitious territory, one-click logins and the guided tour; installed in demo mode only."""

    name = "diaphane.demo"
