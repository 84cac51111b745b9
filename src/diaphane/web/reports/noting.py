"""Key images and measurements of an exam, beside its report: what, by whom, when, on which image (R92)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.documents_read import KeyImage, Measured, list_key_images, list_measured
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .measure_words import name_quantity, name_unit


@dataclass(frozen=True)
class KeyImageLine:
    """One key image: its small picture, and where it opens."""

    image: KeyImage
    picture: str
    opens: str
    series: str


@dataclass(frozen=True)
class MeasureLine:
    """One measurement in words; ``value`` is None for a place that is only pointed at."""

    label: str
    quantity: str | Promise
    value: float | None
    unit: str
    site: str
    number: int | None
    series: str
    opens: str
    by_label: str
    at: datetime


@require_safe
@needs("images.mark")
def noted(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return key images and measurements, asked again when images or documents come."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    return render(request, "reports/_noted.html", {"act": act} | describe_noted(act, actor))


def describe_noted(act: Act, actor: Actor) -> dict[str, object]:
    """Return what the key images and the measurements of an act need to be shown."""
    return {
        "key_images": list_key_lines(act, actor),
        "measures": [_describe(act, each) for each in list_measured(act, actor=actor)],
    }


def list_key_lines(act: Act, actor: Actor) -> list[KeyImageLine]:
    """List the key images of an act with their small pictures."""
    return [
        KeyImageLine(each, _draw(act, each), _open(act, each.instance), _name_series(each.instance))
        for each in list_key_images(act, actor=actor)
    ]


def _describe(act: Act, measured: Measured) -> MeasureLine:
    one = measured.measurement
    return MeasureLine(
        label=one.label,
        quantity=name_quantity(one.name, one.meaning),
        value=one.value,
        unit=name_unit(one.unit),
        site=one.site,
        number=measured.instance.number,
        series=_name_series(measured.instance),
        opens=_open(act, measured.instance),
        by_label=measured.by_label,
        at=measured.at,
    )


def _draw(act: Act, image: KeyImage) -> str:
    address = reverse("films:picture", args=[act.pk, image.instance.pk, image.frame])
    query = {"vignette": "1"}
    if image.window:
        query["fenetre"] = f"{image.window[0]:g}/{image.window[1]:g}"
    return f"{address}?{urlencode(query, safe='/')}"


def _open(act: Act, instance: Instance) -> str:
    return f"{reverse('viewer:act', args=[act.pk])}?{urlencode({'image': str(instance.pk)})}"


def _name_series(instance: Instance) -> str:
    return instance.series.description or instance.series.modality
