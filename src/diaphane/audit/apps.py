"""Register the audit context with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit context."""

    name = "diaphane.audit"
