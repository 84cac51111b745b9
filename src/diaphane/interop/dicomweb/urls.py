"""Addresses of DICOMweb (PS3.18 §10)."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path, register_converter

from . import frames, qido, rendered, stow, wado
from .converters import UidConverter
from .resources import by_method

register_converter(UidConverter, "uid")
app_name = "dicomweb"

_STUDY = "studies/<uid:study_uid>"
_SERIES = f"{_STUDY}/series/<uid:series_uid>"
_INSTANCE = f"{_SERIES}/instances/<uid:sop_uid>"
_LEVELS = (_STUDY, _SERIES, _INSTANCE)


def _every_level(suffix: str, view: Callable[..., HttpResponseBase]) -> list[URLPattern]:
    return [path(level + suffix, view) for level in _LEVELS]


# A viewer asks for frames by hundreds: theirs is the first address tried.
urlpatterns = [
    path(f"{_INSTANCE}/frames/<str:numbers>", frames.frames),
    path("studies", by_method(GET=qido.studies, POST=stow.store), name="studies"),
    path("series", qido.series),
    path("instances", qido.instances),
    path(f"{_STUDY}/series", qido.series),
    path(f"{_STUDY}/instances", qido.instances),
    path(f"{_SERIES}/instances", qido.instances),
    path(_STUDY, by_method(GET=wado.objects, POST=stow.store)),
    path(_SERIES, wado.objects),
    path(_INSTANCE, wado.objects),
    *_every_level("/metadata", wado.metadata),
    *_every_level("/rendered", rendered.rendered),
    *_every_level("/thumbnail", rendered.thumbnail),
    path(f"{_INSTANCE}/frames/<str:number>/rendered", rendered.rendered),
    path(f"{_INSTANCE}/frames/<str:number>/thumbnail", rendered.thumbnail),
    path(f"{_INSTANCE}/bulkdata/<str:tag>/<int:rank>", wado.bulk_data),
]
