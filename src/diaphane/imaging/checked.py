"""Gather what the checks read of an act's images, in a few queries however many images there are."""

from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from diaphane.acts.models import Act

from .announcing import map_announced_series
from .checks import CheckedSeries, Image
from .documents import IS_IMAGE
from .gateways import has_more_to_send
from .matching import identity_of, is_same_patient
from .models import Instance, ReconciliationState, Series, Study

QUIET = timedelta(seconds=3)
"""A scanner that sends nothing for so long is taken to have sent what it was sending."""


def list_checked_series(act: Act) -> tuple[CheckedSeries, ...]:
    """Return the series of an act with the facts of each image, in the order of their numbers."""
    rows = Instance.objects.filter(IS_IMAGE, series__study__act=act).order_by("number", "received_at")
    return _assemble(act, rows)


def list_series_samples(act: Act) -> tuple[CheckedSeries, ...]:
    """Return the same series with one image each: enough for what they show and what they are for."""
    rows = Instance.objects.filter(IS_IMAGE, series__study__act=act)
    rows = rows.order_by("series_id", "number").distinct("series_id")
    return _assemble(act, rows)


def _assemble(act: Act, rows: QuerySet[Instance]) -> tuple[CheckedSeries, ...]:
    images: dict[str, list[Image]] = {}
    for uid, number, facts in rows.values_list("series__series_instance_uid", "number", "facts"):
        images.setdefault(uid, []).append(Image(number, facts))
    announced = map_announced_series(act)
    series = Series.objects.filter(study__act=act).order_by("number", "received_at")
    return tuple(
        CheckedSeries(
            uid=each.series_instance_uid,
            modality=each.modality,
            images=tuple(images.pop(each.series_instance_uid, ())),
            number=each.number,
            description=each.description,
            body_part=each.body_part,
            expected=announced.get(each.series_instance_uid),
        )
        for each in series
        if each.series_instance_uid in images
    )


def are_images_still(act: Act, *, at: datetime) -> bool:
    """Say whether nothing is on its way: the gateway has sent what it took, and nothing came just now.

    What a modality announced and did not send is not on its way: it is missing.
    """
    return not is_receiving(act, at=at) and not has_more_to_send(act)


def is_receiving(act: Act, *, at: datetime) -> bool:
    """Say whether an image came a moment ago."""
    last = Instance.objects.filter(series__study__act=act).aggregate(last=Max("received_at"))["last"]
    return last is not None and at - last < QUIET


def count_strangers(act: Act) -> int:
    """Count the images of an act that name another patient, unless a person said that they are this one's."""
    said = Study.objects.filter(act=act).exclude(reconciliations__state=ReconciliationState.ATTACHED)
    strangers = [each.pk for each in said if not is_same_patient(identity_of(each), act.patient)]
    return Instance.objects.filter(series__study__in=strangers).count()


def list_acts_named_by(study: Study) -> QuerySet[Act]:
    """List the acts whose own identifiers the images of a study carry; see ``count_elsewhere``."""
    named = Q(study_instance_uid=study.study_instance_uid)
    if study.accession_number:
        named |= Q(accession_number=study.accession_number)
    uids = study.series.values("series_instance_uid")
    holders = Study.objects.filter(series__series_instance_uid__in=uids, act__isnull=False)
    named |= Q(pk__in=holders.values("act"))
    return Act.objects.filter(named, requesting_site=study.site_id).order_by("created_at")


def count_elsewhere(act: Act) -> int:
    """Count the images that wait at the site although they carry this exam's own identifiers (R40)."""
    mine = Q(study_instance_uid=act.study_instance_uid) | Q(accession_number=act.accession_number)
    series = Series.objects.filter(study__act=act).values("series_instance_uid")
    mine |= Q(series__series_instance_uid__in=series)
    waiting = Study.objects.filter(
        mine,
        act=None,
        site=act.requesting_site_id,
        reconciliations__state=ReconciliationState.WAITING,
    )
    return Instance.objects.filter(series__study__in=waiting).count()
