"""An act's images as films: each series a row of frames to look through, whatever they are stored as."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from pydicom.uid import MPEGTransferSyntaxes

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import Instance, Series
from .quarantine_models import not_closed_to


@dataclass(frozen=True)
class Slice:
    """One frame, counted from 1.

    ``look`` says how a viewer draws it by itself, ``cuts`` where its bytes may be cut, ``sum`` what they must
    add up to (``imaging/drawing.py``); without a look, the platform makes a picture of it.
    """

    instance_id: UUID
    frame: int
    look: dict[str, object] | None
    cuts: tuple[int, ...] = ()
    sum: int | None = None


@dataclass(frozen=True)
class Film:
    """One series that has something to show; ``hidden`` counts its objects that only moving pictures show."""

    series: Series
    slices: list[Slice]
    hidden: int


def list_films(act: Act, *, actor: Actor) -> list[Film]:
    """List the films of an act, in the order of its series, frames in the order of their numbers.

    Images in quarantine are shown to those alone who can settle the doubt (R40).
    """
    found = Instance.objects.filter(
        not_closed_to(actor, study="series__study"),
        series__study__act=act,
        verified_at__isnull=False,
        number_of_frames__gt=0,
    ).select_related("series")
    ordered = found.defer("metadata", "frames", "facts").order_by(
        "series__study__received_at", "series__number", "series_id", "number", "received_at", "pk"
    )
    return [_make_film(list(group)) for _id, group in groupby(ordered, key=lambda each: each.series_id)]


def _make_film(instances: list[Instance]) -> Film:
    still = [each for each in instances if each.transfer_syntax_uid not in MPEGTransferSyntaxes]
    return Film(instances[0].series, list(_spread(still)), len(instances) - len(still))


def _spread(instances: Iterable[Instance]) -> Iterator[Slice]:
    for instance in instances:
        for index in range(instance.number_of_frames):
            yield _make_slice(instance, index)


def _make_slice(instance: Instance, index: int) -> Slice:
    drawing = instance.drawing
    if drawing is None:
        return Slice(instance.pk, index + 1, None)
    looks = drawing["looks"]
    look = looks[index] if len(looks) > 1 else looks[0]
    return Slice(instance.pk, index + 1, look, tuple(drawing["cuts"][index]), drawing["sums"][index])
