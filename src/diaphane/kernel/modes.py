"""The three ways in which the platform runs."""

from enum import StrEnum


class Mode(StrEnum):
    """Production unless said otherwise; what belongs to the demo exists in DEMO alone."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"
