"""Images of an act or of a study as films: each series a row of frames, whatever they are stored as."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
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
    found = _list_ordered(shown, actor).select_related("series").defer("metadata", "frames", "facts")
    return [_make_film(list(group)) for _id, group in groupby(found, key=lambda each: each.series_id)]


def find_opening_slice(shown: Shown, *, actor: Actor) -> Slice | None:
    """Find the slice on which a viewer opens, the middle of the first film; none where that has no slice."""
    found = _list_ordered(shown, actor)
    first = found.only("series_id").first()
    if first is None:
        return None
    still = found.filter(series_id=first.series_id).exclude(transfer_syntax_uid__in=MPEGTransferSyntaxes)
    counts = still.values_list("pk", "number_of_frames")
    frames = [(pk, index) for pk, number in counts for index in range(number)]
    if not frames:
        return None
    pk, index = frames[(len(frames) - 1) // 2]
    return _make_slice(Instance.objects.only("pk", "drawing").get(pk=pk), index)


def _list_ordered(shown: Shown, actor: Actor) -> QuerySet[Instance]:
    """List what films are made of, in their order."""
    found = list_shown(shown, actor=actor).filter(number_of_frames__gt=0)
    return found.order_by(
        "series__study__received_at", "series__number", "series_id", "number", "received_at", "pk"
    )


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
