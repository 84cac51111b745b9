"""Open the images of an act for someone, written in the trail: where every address of the films begins."""

from uuid import UUID

from django.http import HttpRequest

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.operations import record_study_view
from diaphane.imaging.queries import list_studies_shown
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor


def open_images(request: HttpRequest, act_id: UUID) -> Act:
    """Return an act whose images the actor may see, and record that they see them (R43).

    Raises:
        Act.DoesNotExist: unknown, another site's, or its patient not told yet: all look the same (R42, R90).
    """
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    for study in list_studies_shown(act, actor=actor).select_related("act"):
        record_study_view(study=study, by=actor, at=now())
    return act
