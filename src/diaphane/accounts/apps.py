"""Register the accounts context with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts context."""

    name = "diaphane.accounts"

    def ready(self) -> None:
        """Hear of every login, from which the age of a session counts."""
        from .session_age import watch_logins

        watch_logins()
