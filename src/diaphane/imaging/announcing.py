"""Read what the modalities announce of an act: steps, series, numbers of images."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import Study
from .performed import FINAL_STATES, PerformedProcedureStep, StepState


@dataclass(frozen=True)
class Performance:
    """How far the modalities are with an act: a step under way, and when the last one was completed."""

    is_under_way: bool
    completed_at: datetime | None


def list_performed_steps(act: Act) -> QuerySet[PerformedProcedureStep]:
    """List the steps performed for an act, in the order of their starts.

    A step that named no exam follows the images of its study, once a person has attached these (R40).
    """
    attached = act.studies.values("study_instance_uid")
    followed = Q(act=None, site_id=act.requesting_site_id, study_instance_uid__in=attached)
    return PerformedProcedureStep.objects.filter(Q(act=act) | followed).order_by("started_at", "received_at")


def is_performance_over(act: Act) -> bool:
    """Say whether the modalities have announced something of an act, and that all of it is over."""
    states = list(list_performed_steps(act).values_list("state", flat=True))
    return bool(states) and all(state in FINAL_STATES for state in states)


def list_unmatched_steps(actor: Actor, *, since: datetime) -> QuerySet[PerformedProcedureStep]:
    """List what modalities say they performed and belongs to no exam, the latest first.

    Those whose images a person has attached since are followed by their exam.
    """
    attached = Study.objects.filter(act__isnull=False, site_id=OuterRef("site_id"))
    followed = attached.filter(study_instance_uid=OuterRef("study_instance_uid"))
    steps = PerformedProcedureStep.objects.visible_to(actor).filter(act=None, changed_at__gte=since)
    return steps.exclude(Exists(followed)).order_by("-changed_at")


def count_announced_images(act: Act) -> int:
    """Count the images that the modalities say they made for an act."""
    return sum(list_performed_steps(act).values_list("images", flat=True))


def map_announced_series(act: Act) -> dict[str, int]:
    """Map each series that the modalities announce to its number of images."""
    announced: dict[str, int] = {}
    for step in list_performed_steps(act):
        for series in step.announced:
            uid = series["series_instance_uid"]
            announced[uid] = announced.get(uid, 0) + series["images"]
    return announced


def map_performances(act_ids: Iterable[UUID]) -> dict[UUID, Performance]:
    """Map acts to how far their modalities say they are; acts of which nothing was said are left out."""
    found: dict[UUID, Performance] = {}
    steps = PerformedProcedureStep.objects.filter(act_id__in=list(act_ids)).order_by("changed_at")
    for act_id, state, changed_at in steps.values_list("act_id", "state", "changed_at"):
        known = found.get(act_id, Performance(is_under_way=False, completed_at=None))
        found[act_id] = Performance(
            is_under_way=known.is_under_way or state == StepState.IN_PROGRESS,
            completed_at=changed_at if state == StepState.COMPLETED else known.completed_at,
        )
    return found
