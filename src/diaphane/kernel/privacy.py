"""Privacy classes: every model declares what each of its fields holds (R37, R42)."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Privacy(StrEnum):
    """How sensitive a field is, from what may be logged to what never leaves its table."""

    TECHNICAL = "technical"
    PROFESSIONAL = "professional"
    IDENTIFYING = "identifying"
    HEALTH = "health"
    SECRET = "secret"  # noqa: S105 - a class name, not a password

    @property
    def label(self) -> Promise:
        """The word used on screen and in the register."""
        return _LABELS[self]


_LABELS = {
    Privacy.TECHNICAL: _("Technical data"),
    Privacy.PROFESSIONAL: _("Data of professionals"),
    Privacy.IDENTIFYING: _("Data that identify a person"),
    Privacy.HEALTH: _("Health data"),
    Privacy.SECRET: _("Secrets, kept as digests"),
}
