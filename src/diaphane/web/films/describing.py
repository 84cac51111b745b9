"""Describe an act's films to the light viewer: what to fetch, how to draw it, and no identity."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from diaphane.imaging.films import Film, Slice, list_films
from diaphane.imaging.shown import Shown
from diaphane.kernel.actors import Actor
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .keys import name_keys
from .opening import open_images


@require_safe
@needs("images.view")
def films(request: HttpRequest, act_id: UUID) -> JsonResponse:
    """Answer the films of an act as JSON; it is asked again when images arrive."""
    act = open_images(request, act_id)
    actor = require_actor(request)
    return describe_films(act, actor=actor, keys=name_keys(act, actor) if actor.role.is_professional else [])


def describe_films(shown: Shown, *, actor: Actor, keys: Sequence[str] = ()) -> JsonResponse:
    """Answer the films of what its caller has opened to the reader, and which slices are key images."""
    described = [_describe(each, rank) for rank, each in enumerate(list_films(shown, actor=actor), start=1)]
    answer = JsonResponse({"films": described, "keys": list(keys)})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _describe(film: Film, rank: int) -> dict[str, object]:
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
