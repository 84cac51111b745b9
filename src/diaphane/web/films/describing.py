"""Describe an act's films to the light viewer: what to fetch, how to draw it, and no identity."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from diaphane.imaging.announcing import map_announced_series
from diaphane.imaging.films import Film, Slice, list_films
from diaphane.imaging.queries import count_images
from diaphane.imaging.shown import Shown
from diaphane.kernel.actors import Actor
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .keys import name_keys
from .opening import open_images

_NOTHING: Mapping[str, int] = {}


@require_safe
@needs("images.view")
def films(request: HttpRequest, act_id: UUID) -> JsonResponse:
    """Answer the films of an act as JSON; it is asked again when images arrive."""
    act = open_images(request, act_id)
    actor = require_actor(request)
    if not actor.role.is_professional:
        return describe_films(act, actor=actor)
    counts = count_images(act)
    return describe_films(
        act,
        actor=actor,
        keys=name_keys(act, actor),
        announced=map_announced_series(act),
        awaited=max(0, counts.expected - counts.received),
    )


def describe_films(
    shown: Shown,
    *,
    actor: Actor,
    keys: Sequence[str] = (),
    announced: Mapping[str, int] = _NOTHING,
    awaited: int = 0,
) -> JsonResponse:
    """Answer the films of what its caller has opened to the reader, and which slices are key images.

    ``awaited`` counts the images announced for the exam that have not come; ``announced`` those that a
    modality announced for each series it named.
    """
    found = list_films(shown, actor=actor)
    described = [_describe(each, rank, announced) for rank, each in enumerate(found, start=1)]
    answer = JsonResponse({"films": described, "keys": list(keys), "awaited": awaited})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _describe(film: Film, rank: int, announced: Mapping[str, int]) -> dict[str, object]:
    """Describe one film; looks are said once, slices name theirs by rank (None: a picture)."""
    looks = [each.look for each in film.slices if each.look is not None]
    distinct = [look for index, look in enumerate(looks) if look not in looks[:index]]
    series = film.series
    return {
        "id": str(series.pk),
        "rank": rank,
        "name": series.description or _("Series %(number)d") % {"number": rank},
        "modality": series.modality,
        "hidden": film.hidden,
        "missing": max(0, announced.get(series.series_instance_uid, 0) - series.number_of_instances),
        "looks": distinct,
        "slices": [_describe_slice(each, distinct) for each in film.slices],
    }


def _describe_slice(each: Slice, looks: list[dict[str, object]]) -> dict[str, object]:
    look = None if each.look is None else looks.index(each.look)
    return {
        "id": str(each.instance_id),
        "frame": each.frame,
        "look": look,
        "cuts": each.cuts,
        "sum": each.sum,
    }
