"""What became of an object that came in."""

from dataclasses import dataclass
from enum import StrEnum

from .keeping import KeptObject
from .models import Study


class Outcome(StrEnum):
    """What became of one object."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    """What became of one object, and the study that holds it; no study when it was refused."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    outcome: Outcome
    study: Study | None

    @property
    def is_held(self) -> bool:
        """Say whether the platform answers for this object: durable, verified, indexed."""
        return self.outcome in (Outcome.STORED, Outcome.DUPLICATE)


def receipt_of(kept: KeptObject, outcome: Outcome, study: Study | None) -> Receipt:
    """Return the receipt of one object."""
    return Receipt(kept.sop_class_uid, kept.sop_instance_uid, kept.series_instance_uid, outcome, study)
