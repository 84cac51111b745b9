"""Read studies, their counts and their series, starting from who asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role

from .announcing import count_announced_images, map_announced_series
from .documents import IS_IMAGE
from .gateways import count_held_back
from .models import Gateway, Instance, Reconciliation, ReconciliationState, Series, Study
from .quarantine_models import not_closed_to

MACHINES = frozenset({Role.EDGE, Role.SERVICE})
"""Who sends a site's exams; people only add to a study that they may already see."""
_NOTHING: Mapping[str, int] = {}
_BY_GATEWAY = Q(received_from=Role.EDGE.value)


@dataclass(frozen=True)
class ImageCounts:
    """Images of an act: what the platform holds and what is still to come, what it read back and found right.

    To come are what its modalities announced and its gateways hold; what these have set aside for a person is
    counted apart too. What came otherwise than by a gateway hides no missing image.
    """

    expected: int
    received: int
    verified: int
    series: int
    set_aside: int = 0

    @property
    def is_complete(self) -> bool:
        """Say whether there are images, and none is missing."""
        return 0 < self.expected <= self.verified


@dataclass(frozen=True)
class SeriesSummary:
    """One series as a page shows it; ``announced`` by its modality, where it said so."""

    uid: str
    modality: str
    number: int | None
    description: str
    received: int
    verified: int
    announced: int | None = None

    @property
    def name(self) -> str:
        """Return its number and its description, or its modality where it has none."""
        number = "" if self.number is None else f"{self.number} · "
        return f"{number}{self.description or self.modality}"


def count_images(act: Act) -> ImageCounts:
    """Count the images of an act: announced by its site, received, verified, and its series."""
    held = Instance.objects.filter(IS_IMAGE, series__study__act=act).aggregate(
        received=Count("id"),
        verified=Count("id", filter=Q(verified_at__isnull=False)),
        series=Count("series", distinct=True),
    )
    held_back = count_held_back(act)
    return ImageCounts(
        expected=held["received"] + max(held_back.objects, _count_unseen(act)),
        received=held["received"],
        verified=held["verified"],
        series=held["series"],
        set_aside=held_back.set_aside,
    )


def _count_unseen(act: Act) -> int:
    """Count the images announced by modalities for an act that its site did not bring, whosever they are."""
    of_series = Q(
        series__study__site=act.requesting_site_id, series__series_instance_uid__in=map_announced_series(act)
    )
    came = Instance.objects.filter(IS_IMAGE, _BY_GATEWAY, Q(series__study__act=act) | of_series)
    return max(0, count_announced_images(act) - came.count())


def list_series(act: Act) -> list[SeriesSummary]:
    """List the series of images of an act with their counts, in the order of their numbers."""
    images = Instance.objects.filter(IS_IMAGE, series=OuterRef("pk"))
    found = Series.objects.filter(Exists(images), study__act=act)
    ordered = found.order_by("study__received_at", "number", "received_at")
    return summarise_series(ordered, announced=map_announced_series(act))


def summarise_series(
    found: QuerySet[Series], *, announced: Mapping[str, int] = _NOTHING
) -> list[SeriesSummary]:
    """Count the images of some series."""
    counted = found.annotate(
        received=Count("instances"),
        verified=Count("instances", filter=Q(instances__verified_at__isnull=False)),
    )
    return [
        SeriesSummary(
            each.series_instance_uid,
            each.modality,
            each.number,
            each.description,
            each.received,
            each.verified,
            announced.get(each.series_instance_uid),
        )
        for each in counted
    ]


def list_studies(act: Act) -> QuerySet[Study]:
    """List the studies attached to an act, oldest first."""
    return Study.objects.filter(act=act).order_by("received_at")


def list_studies_shown(act: Act, *, actor: Actor) -> QuerySet[Study]:
    """List the same for someone: a study in quarantine is there for those alone who can settle it (R40)."""
    return list_studies(act).filter(not_closed_to(actor))


def count_images_shown(act: Act, *, actor: Actor) -> int:
    """Count the verified images of an act that someone is shown."""
    shown = list_studies_shown(act, actor=actor)
    return Instance.objects.filter(series__study__in=shown, verified_at__isnull=False).count()


def get_study(study_instance_uid: str, *, actor: Actor, sop_instance_uid: str = "") -> Study:
    """Return the study that a UID names to the actor, or the one of that UID that holds an object of theirs.

    Raises:
        Study.DoesNotExist: unknown, or not open to this actor: the two look the same from outside.
    """
    found = Study.objects.visible_to(actor).filter(study_instance_uid=study_instance_uid)
    if sop_instance_uid:
        held = Instance.objects.filter(series__study=OuterRef("pk"), sop_instance_uid=sop_instance_uid)
        found = found.filter(Exists(held))
    ordered = found.select_related("act").order_by(F("act").asc(nulls_last=True), "pk")
    study = ordered.first()
    if study is None:
        raise Study.DoesNotExist
    return study


def list_instances(
    study: Study, *, series_instance_uid: str = "", sop_instance_uid: str = ""
) -> QuerySet[Instance]:
    """List the instances of a study, of one of its series, or one of them, in the order of their numbers."""
    found = Instance.objects.filter(series__study=study)
    if series_instance_uid:
        found = found.filter(series__series_instance_uid=series_instance_uid)
    if sop_instance_uid:
        found = found.filter(sop_instance_uid=sop_instance_uid)
    return found.select_related("series").order_by("series__number", "series_id", "number", "received_at")


def count_from_machines(study_id: UUID, *, at: datetime) -> int:
    """Count the objects of a study that a gateway or a connected service brought at an instant."""
    machines = [role.value for role in MACHINES]
    return Instance.objects.filter(
        series__study_id=study_id, received_at=at, received_from__in=machines
    ).count()


def list_reconciliations(actor: Actor) -> QuerySet[Reconciliation]:
    """List what waits to be attached at the technologist's site, oldest first."""
    return (
        Reconciliation.objects.visible_to(actor)
        .filter(state=ReconciliationState.WAITING)
        .order_by("created_at")
    )


def list_gateways(*, site_ids: Iterable[object]) -> QuerySet[Gateway]:
    """List the gateways of some sites with what they last said of themselves."""
    return Gateway.objects.filter(site_id__in=list(site_ids)).order_by("ae_title")
