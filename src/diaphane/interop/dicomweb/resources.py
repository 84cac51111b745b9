"""Find the resource that an address names, among what the actor may see, and trace that it was opened."""

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from diaphane.imaging.keys import UnsearchableValueError
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import record_study_view
from diaphane.imaging.queries import get_study, list_instances
from diaphane.interop.authentication import Guarded, View, interface, refusal, refuse_method
from diaphane.interop.memory import Memory
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.paces import IMAGES, Pace

from .negotiation import NotAcceptableError

P = ParamSpec("P")
_LONGEST_MEMORY = 10_000
_NATURAL = re.compile(r"0*[1-9][0-9]{0,8}", re.ASCII)
_studies: Memory[Study] = Memory(most=2000)
_series: Memory[dict[str, Instance]] = Memory(most=32)
_traced: dict[tuple[object, ...], None] = {}


class BadRequestError(ValueError):
    """The address or its parameters make no sense (400)."""


def dicomweb(
    *methods: str, needs: str = "images.query", pace: Pace = IMAGES
) -> Callable[[View[P]], Guarded[P]]:
    """Make a DICOMweb view: like ``interface``, with the refusals of PS3.18 §8.5."""

    def decorate(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def answering(
            request: HttpRequest, actor: Actor, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            try:
                return view(request, actor, *args, **kwargs)
            except NotAcceptableError:
                return refusal(_("None of the accepted formats can be made from these images."), 406)
            except BadRequestError:
                return refusal(_("This request is malformed."), 400)
            except UnsearchableValueError as error:
                why = {"key": error.keyword, "reason": str(error.reason)}
                return refusal(_("%(key)s: %(reason)s"), 400, **why)

        return interface(*methods, needs=needs, pace=pace)(answering)

    return decorate


def by_method(**views: Guarded[P]) -> Guarded[P]:
    """Give one address to several views, by the request's method."""

    def dispatch(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        view = views.get(request.method or "")
        return refuse_method(request, *views) if view is None else view(request, *args, **kwargs)

    dispatch.needs_of = {method: each.needs for method, each in views.items()}  # type: ignore[attr-defined]
    dispatch.needs = tuple(each.needs[0] for each in views.values())  # type: ignore[attr-defined]
    dispatch.keeps_pace = True  # type: ignore[attr-defined]
    dispatch.methods = frozenset(views)  # type: ignore[attr-defined]
    return csrf_exempt(login_not_required(dispatch))


def read_natural(text: str) -> int:
    """Read a whole number from 1.

    Raises:
        BadRequestError: it is none, or larger than anything counted here.
    """
    if not _NATURAL.fullmatch(text):
        raise BadRequestError
    return int(text)


def open_study(study_uid: str, actor: Actor, *, sop_uid: str = "") -> Study:
    """Return the study that a UID names to the actor, or that holds a named object; written in the trail.

    Raises:
        Study.DoesNotExist
    """
    key = (actor, study_uid, sop_uid)
    study = _studies.find(key)
    if study is None:
        asked_at = _studies.generation
        study = get_study(study_uid, actor=actor, sop_instance_uid=sop_uid)
        _studies.keep(key, study, asked_at=asked_at)
    _trace_once(study, actor)
    return study


def open_instances(actor: Actor, study_uid: str, series_uid: str = "", sop_uid: str = "") -> list[Instance]:
    """Return the instances that an address names, their metadata left for when it is asked.

    Raises:
        Study.DoesNotExist, Instance.DoesNotExist: unknown or closed to the actor.
    """
    return _list(open_study(study_uid, actor, sop_uid=sop_uid), series_uid, sop_uid)


def open_instance(actor: Actor, study_uid: str, series_uid: str, sop_uid: str) -> Instance:
    """Return one instance; with it, those of its series are remembered, which a viewer asks for next.

    Raises:
        Study.DoesNotExist, Instance.DoesNotExist: unknown or closed to the actor.
    """
    key = (actor, study_uid, series_uid)
    found = _series.find(key) or {}
    if sop_uid in found:
        _trace_once(found[sop_uid].series.study, actor)
        return found[sop_uid]
    asked_at = _series.generation
    study = open_study(study_uid, actor, sop_uid=sop_uid)
    if not Memory.is_listening:
        return _list(study, series_uid, sop_uid)[0]
    found = {each.sop_instance_uid: each for each in _list(study, series_uid)}
    _series.keep(key, found, asked_at=asked_at)
    if sop_uid not in found:
        raise Instance.DoesNotExist
    return found[sop_uid]


def _list(study: Study, series_uid: str, sop_uid: str = "") -> list[Instance]:
    named = list_instances(study, series_instance_uid=series_uid, sop_instance_uid=sop_uid)
    found = list(named.defer("metadata"))
    if not found:
        raise Instance.DoesNotExist
    for each in found:
        each.series.study = study
    return found


def _trace_once(study: Study, actor: Actor) -> None:
    """Ask the trail once per person, study and session from this process; the trail itself keeps one."""
    seen = (actor.id, actor.session, study.pk, study.act_id)
    if seen in _traced:
        return
    record_study_view(study=study, by=actor, at=now())
    while len(_traced) >= _LONGEST_MEMORY:
        _traced.pop(next(iter(_traced)), None)
    _traced[seen] = None
