"""What a rule asks for: from the most binding to the least."""

from enum import StrEnum


class Outcome(StrEnum):
    """What is asked of people before the exam goes on; the software itself clears nobody."""

    STOP = "STOP"
    """Not done until the reference professional lifts it."""
    HUMAN = "HUMAN"
    """The imageur decides, and the motive is traced."""
    WARN = "WARN"
    """Shown, and acknowledged."""
    INFO = "INFO"
    """Asked for, and blocks nothing."""

    @property
    def rank(self) -> int:
        """Return the place of the outcome: 0 is the most binding."""
        return list(Outcome).index(self)
