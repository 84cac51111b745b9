"""The images of an act, at an address that names no study: the viewer fills the page."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.operations import record_study_view
from diaphane.imaging.queries import count_images, list_studies, list_studies_shown
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.doubts import find_doubts
from diaphane.web.roles import needs

from .configuration import ACT, PROTOCOL, SERIES
from .hung import NONE, Hung, choose_hung


@require_safe
@needs("images.view")
def act(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Open the images of an act in the viewer, a prior beside them, or say that none has come."""
    actor = require_actor(request)
    found = get_act(act_id, actor=actor)
    studies = list(list_studies_shown(found, actor=actor))
    if not studies:
        is_closed = list_studies(found).exists()
        context = {"act": found, "counts": count_images(found), "is_closed": is_closed}
        return render(request, "viewer/no_images.html", context)
    asked, image = request.GET.get("anterieur", ""), request.GET.get("image", "")
    hung = choose_hung(found, studies, asked=asked, image=image, actor=actor)
    for study in [*studies, *([hung.beside.study] if hung.beside else [])]:
        record_study_view(study=study, by=actor, at=now())
    context = {
        "act": found,
        "viewer": make_address(found, hung),
        "hung": hung,
        "none": NONE,
        "doubts": find_doubts(found, actor=actor),
    }
    return render(request, "viewer/act.html", context)


def make_address(act: Act, hung: Hung) -> str:
    """Return the viewer's own address for what is hung, in the language of the page."""
    shown = [*hung.studies, *([hung.beside.study] if hung.beside else [])]
    query = {
        "StudyInstanceUIDs": ",".join(each.study_instance_uid for each in shown),
        "lng": "en-US" if get_language() == "en" else "fr",
        "hangingProtocolId": PROTOCOL,
        ACT: str(act.pk),
    }
    if hung.pair:
        query[SERIES] = f"{hung.pair.current},{hung.pair.prior}"
    if hung.image:
        query["initialSeriesInstanceUID"] = hung.image.series.series_instance_uid
        query["initialSOPInstanceUID"] = hung.image.sop_instance_uid
    return f"{reverse('viewer:application')}?{urlencode(query, safe=',')}"
