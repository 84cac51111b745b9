"""Images of an act or of a study as films: each series a row of frames, whatever they are stored as."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from pydicom.uid import MPEGTransferSyntaxes

from diaphane.kernel.actors import Actor

from .models import Instance, Series
from .shown import Shown, list_shown


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


def list_films(shown: Shown, *, actor: Actor) -> list[Film]:
    """List the films of an act or of one study, in the order of series, frames in that of their numbers."""
    found = list_shown(shown, actor=actor).filter(number_of_frames__gt=0).select_related("series")
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
