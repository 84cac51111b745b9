"""Choose what stands beside an exam's images: the prior that helps most, and the two series to compare."""

from collections.abc import Iterable
from dataclasses import dataclass

from diaphane.acts.models import Act
from diaphane.kernel.words import fold

from .checks import CheckedSeries, Image, list_kinds
from .documents import IS_IMAGE
from .models import Instance, Prior, Study
from .priors import list_priors
from .relevance import helps, rank_relevant
from .relevant_studies import describe_study

_LEAST_KIND = 3


@dataclass(frozen=True)
class SeriesPair:
    """Two series that show alike, by their UIDs."""

    current: str
    prior: str


def rank_priors(act: Act) -> list[Prior]:
    """List the priors of an act that hold images, the most helpful first (R40)."""
    priors = [each for each in list_priors(act) if _list_samples([each.study])]
    exam = act.request.exam
    if exam is None:
        return priors
    ranked = rank_relevant([describe_study(each.study) for each in priors], exam)
    order = {each.study_instance_uid: rank for rank, each in enumerate(ranked)}
    return sorted(priors, key=lambda each: order[each.study.study_instance_uid])


def is_comparable(prior: Prior, act: Act) -> bool:
    """Say whether a prior is hung beside without being asked: of the same region, else the same modality."""
    exam = act.request.exam
    return exam is not None and helps(describe_study(prior.study), exam)


def pair_series(studies: Iterable[Study], prior: Study) -> SeriesPair | None:
    """Return the series of an exam and of a prior that are most alike; None where one shows nothing.

    Alike means the same modality, plane and kind, then the words of the description; a localizer is chosen
    last, and of equals the longer series.
    """
    here, there = _list_samples(studies), _list_samples([prior])
    pairs = [(_liken(one, other), one, other) for one in here for other in there]
    if not pairs:
        return None
    _likeness, current, earlier = max(pairs, key=lambda each: each[0])
    return SeriesPair(current.series.uid, earlier.series.uid)


@dataclass(frozen=True)
class _Sample:
    """One series by one of its images, and how many it holds."""

    series: CheckedSeries
    count: int


def _list_samples(studies: Iterable[Study]) -> list[_Sample]:
    rows = (
        Instance.objects.filter(IS_IMAGE, series__study__in=list(studies), number_of_frames__gt=0)
        .select_related("series")
        .defer("metadata", "frames", "drawing")
        .order_by("series_id", "number")
        .distinct("series_id")
    )
    found = [_Sample(_describe(each), each.series.number_of_instances) for each in rows]
    return sorted(
        found, key=lambda each: (each.series.number is None, each.series.number or 0, each.series.uid)
    )


def _describe(instance: Instance) -> CheckedSeries:
    series = instance.series
    return CheckedSeries(
        uid=series.series_instance_uid,
        modality=series.modality,
        images=(Image(instance.number, instance.facts),),
        number=series.number,
        description=series.description,
        body_part=series.body_part,
    )


def _liken(one: _Sample, other: _Sample) -> tuple[int, float, int]:
    """Weigh how alike two series are; bigger is more."""
    here, there = one.series, other.series
    is_placing = here.is_localizer or there.is_localizer
    same = (
        (0 if is_placing else 4)
        + (_LEAST_KIND if here.modality == there.modality else 0)
        + (2 if _find_plane(here) == _find_plane(there) else 0)
        + len(list_kinds(here) & list_kinds(there))
    )
    return same, _share_words(here.description, there.description), min(one.count, other.count)


def _find_plane(series: CheckedSeries) -> int | None:
    """Return the axis that the slices are across: 0 sagittal, 1 coronal, 2 axial (PS3.3 C.7.6.2.1.1)."""
    orientation = series.images[0].orientation
    if orientation is None:
        return None
    (a, b, c), (d, e, f) = orientation
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    return max(range(3), key=lambda axis: abs(normal[axis]))


def _share_words(one: str, other: str) -> float:
    """Return the part of the words that two descriptions share, from 0 to 1."""
    here, there = set(fold(one).split()), set(fold(other).split())
    return len(here & there) / len(here | there) if here | there else 0.0
