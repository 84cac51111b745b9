"""Hear what the modalities of a site say of the steps they perform (PS3.4 annex F)."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from diaphane.imaging.performing import record_performed_step
from diaphane.imaging.step_reading import SaidStep, UnreadableStepError, read_step
from diaphane.interop.authentication import interface, refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import is_valid_uid

from .bodies import LARGEST_NUMBER

LARGEST_BODY = 16 << 20
"""A step names each of its objects: ten thousand take about 2 MiB."""


@interface("PUT", needs="gateway.steps")
def step(request: HttpRequest, actor: Actor, sop_uid: str) -> HttpResponse:
    """Keep the last word on one step; nothing is answered (204), again and again if need be."""
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return refusal(_("This step is too large."), 413)
    try:
        said = _read(sop_uid, json.loads(body))
    except (UnreadableStepError, ValueError):
        return refusal(_("This is not a performed procedure step."), 400)
    record_performed_step(said=said, by=actor, at=now())
    return HttpResponse(status=204)


def _read(sop_uid: str, content: object) -> SaidStep:
    """Read the agreed form.

    Raises:
        UnreadableStepError
    """
    if not is_valid_uid(sop_uid) or not isinstance(content, dict):
        raise UnreadableStepError("an identifier and an object are expected")
    revision, attributes = content.get("revision"), content.get("attributes")
    if type(revision) is not int or not 1 <= revision <= LARGEST_NUMBER:
        raise UnreadableStepError("a revision is expected")
    if not isinstance(attributes, dict):
        raise UnreadableStepError("attributes are expected")
    return read_step(sop_uid, revision, attributes)
