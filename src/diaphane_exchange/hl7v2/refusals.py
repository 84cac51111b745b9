"""Why a message is not taken, as HL7 codes it and as this code names it; who shows it has the words."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What is wrong. The first three digits are the code of HL7 table 0357."""

    UNREADABLE = "100-unreadable"
    NO_HEADER = "100-no-header"
    NO_SEGMENT = "100-no-segment"
    REQUIRED = "101-required"
    CHARSET = "103-charset"
    UNDECODABLE = "102-undecodable"
    NOT_A_DATE = "102-not-a-date"
    TOO_LONG = "102-too-long"
    TYPE = "200-type"
    EVENT = "201-event"
    PROCESSING = "202-processing"
    SENDER = "207-sender"
    TOO_LARGE = "207-too-large"
    TRUNCATED = "207-truncated"
    REUSED = "205-reused"
    REFUSED = "207-refused"
    INTERNAL = "207-internal"

    @property
    def code(self) -> str:
        """Return the code of HL7 table 0357."""
        return self.value[:3]


@dataclass(frozen=True)
class Fault:
    """One thing wrong: why, and where, as ERR-2 writes it (segment^sequence^field)."""

    reason: Reason
    location: str = ""


class RefusedMessageError(ValueError):
    """A message that cannot be taken as it is."""

    def __init__(self, reason: Reason, location: str = "") -> None:
        super().__init__(f"{reason.value} {location}")
        self.fault = Fault(reason, location)
