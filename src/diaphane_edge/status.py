"""Say how the gateway is: what waits, how fast it leaves, what goes wrong, how much disk is left."""

import shutil
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from .asides import Aside, list_asides
from .backlog import Backlog
from .contact import Contact, Link, Problem, Purpose
from .credentials import CredentialState
from .journal import Journal
from .lanes import Lane
from .states import WAITING, State
from .tallies import StudyCount
from .words import spell_problem

REMEMBERED_SECONDS = 24 * 3600
LOW_DISK_BYTES = 5 << 30
LOW_DISK_SHARE = 0.05
UNTRIED = Link()


@dataclass(frozen=True)
class Queue:
    """Objects waiting, objects set aside for a person here, and how long the oldest has waited."""

    waiting: int
    set_aside: int
    oldest_seconds: int


@dataclass(frozen=True)
class LaneQueue:
    """Objects waiting in one lane, and how long the oldest has waited."""

    lane: Lane
    waiting: int
    oldest_seconds: int


@dataclass(frozen=True)
class Disk:
    """Room on the disk of the spool, in bytes."""

    free_bytes: int
    total_bytes: int

    @property
    def is_low(self) -> bool:
        """Tell whether little room is left: under 5 GiB, and under a twentieth of the disk."""
        return self.free_bytes < LOW_DISK_BYTES and self.free_bytes < LOW_DISK_SHARE * self.total_bytes


NOTHING_ELSE = Backlog()
CREDENTIAL_UNKNOWN = CredentialState()


@dataclass(frozen=True)
class Status:
    """The state of a gateway. `arrived` counts the objects that the platform verified in the last day."""

    at: str
    ae_title: str
    queue: Queue
    lanes: tuple[LaneQueue, ...]
    states: Mapping[State, int]
    arrived: int
    asides: tuple[Aside, ...]
    studies: tuple[StudyCount, ...]
    disk: Disk
    bits_a_second: int = 0
    link: Link = UNTRIED
    problem: Problem | None = None
    backlog: Backlog = NOTHING_ELSE
    credential: CredentialState = CREDENTIAL_UNKNOWN

    @property
    def last_error(self) -> str | None:
        """What goes wrong now, in French, or None."""
        return spell_problem(self.problem) if self.problem else None

    def as_json(self) -> dict[str, object]:
        """Return the state as the platform is told it, and as a program on this machine may read it.

        Accession numbers stay on the page for the people of the site; studies go by their UID.
        """
        lanes = [asdict(each) | {"lane": each.lane.name.lower()} for each in self.lanes]
        reasons = Counter[str]()
        for aside in self.asides:
            reasons[aside.reason] += 0 if aside.is_discarded else aside.images
        told = asdict(self) | {"lanes": lanes, "last_error": self.last_error, "reasons": dict(+reasons)}
        told["asides"] = [
            {"study_instance_uid": each.study_instance_uid, "reason": each.reason, "images": each.images}
            for each in self.asides
            if each.waits_here
        ]
        return told

    def is_news_since(self, other: "Status | None") -> bool:
        """Tell whether something changed, apart from what time alone changes."""
        return other is None or self._facts() != other._facts()

    def _facts(self) -> tuple[object, ...]:
        waiting = [each.waiting for each in self.lanes]
        return (self.last_error, self.studies, self.states, waiting, self.backlog.facts, self.credential)


def get_status(
    *,
    ae_title: str,
    spool: Path,
    journal: Journal,
    bytes_a_second: float = 0.0,
    contact: Contact | None = None,
    unentered: int = 0,
    backlog: Backlog = NOTHING_ELSE,
    credential: CredentialState = CREDENTIAL_UNKNOWN,
) -> Status:
    """Look at the journal, the disk and the contact with the platform.

    `unentered` counts the objects that were received, and that the journal does not have yet.
    """
    now = time.time()
    counts = journal.count()
    counts[State.RECEIVED] += unentered
    lanes = tuple(
        LaneQueue(each.lane, each.waiting, max(0, int(now - each.oldest_at)))
        for each in journal.count_lanes()
    )
    usage, asides = shutil.disk_usage(spool), tuple(list_asides(journal))
    return Status(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        ae_title=ae_title,
        queue=Queue(
            waiting=sum(counts[state] for state in WAITING),
            set_aside=sum(each.images for each in asides if each.waits_here),
            oldest_seconds=max((each.oldest_seconds for each in lanes), default=0),
        ),
        lanes=lanes,
        states=counts,
        arrived=journal.count_acknowledged(since=now - REMEMBERED_SECONDS),
        asides=asides,
        studies=tuple(journal.count_studies(since=now - REMEMBERED_SECONDS)),
        disk=Disk(usage.free, usage.total),
        bits_a_second=int(bytes_a_second * 8),
        link=contact.link if contact else UNTRIED,
        problem=contact.problem if contact else None,
        backlog=backlog,
        credential=replace(
            credential, is_renewal_failing=bool(contact and contact.is_failing(Purpose.CREDENTIALS))
        ),
    )
