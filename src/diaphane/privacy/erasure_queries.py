"""Read what is past its time and what is held back, starting from who asks (R37)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient

from .erasure_guards import is_held
from .erasure_models import Erasure, ErasureState
from .hold_models import LegalHold

MOST = 50
"""How many lines a page shows of each kind: the others come when these are decided."""


@dataclass(frozen=True)
class ErasureLine:
    """One record past its time, whether it is held, and whether this officer's site decides."""

    erasure: Erasure
    is_held: bool
    is_ours: bool

    @property
    def may_approve(self) -> bool:
        """Say whether it can be chosen."""
        return self.is_ours and not self.is_held


@dataclass(frozen=True)
class Retention:
    """What the page of a data protection officer shows."""

    waiting: list[ErasureLine]
    waiting_count: int
    decided: list[ErasureLine]
    done: list[Erasure]
    holds: list[LegalHold]


def list_retention(actor: Actor, *, at: datetime) -> Retention:
    """List what waits for a decision, what was decided, what is held, and the latest proofs."""
    visible = Erasure.objects.visible_to(actor)
    waiting = visible.filter(state=ErasureState.PROPOSED)
    decided = visible.filter(state__in=[ErasureState.APPROVED, ErasureState.ERASING])
    return Retention(
        waiting=[_line(each, actor) for each in waiting[:MOST]],
        waiting_count=waiting.count(),
        decided=[_line(each, actor) for each in decided[:MOST]],
        done=list(visible.filter(state=ErasureState.DONE).order_by("-erased_at")[:MOST]),
        holds=list(LegalHold.objects.visible_to(actor).in_force(localdate(at))[:MOST]),
    )


def list_holds(patient: Patient, *, actor: Actor) -> list[LegalHold]:
    """List what holds a patient's record back, of those that the actor's structure placed."""
    return list(LegalHold.objects.visible_to(actor).in_force(localdate(now())).filter(patient=patient))


def _line(erasure: Erasure, actor: Actor) -> ErasureLine:
    return ErasureLine(erasure, is_held(erasure), erasure.structure_id == actor.structure_id)
