"""Privacy classes: every model declares what each of its fields holds (R37, R42)."""

from enum import StrEnum


class Privacy(StrEnum):
    """How sensitive a field is, from what may be logged to what never leaves its table."""

    TECHNICAL = "technical"
    PROFESSIONAL = "professional"
    IDENTIFYING = "identifying"
    HEALTH = "health"
    SECRET = "secret"  # noqa: S105 - a class name, not a password
