"""What a light viewer is shown: all of an act's images, or one study alone (R42)."""

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import Instance, Study
from .quarantine_models import not_closed_to

Shown = Act | Study


def list_shown(shown: Shown, *, actor: Actor) -> QuerySet[Instance]:
    """Return the verified objects of an act's own studies, or those of one study.

    Images in quarantine are shown to those alone who can settle the doubt (R40).
    """
    verified = Instance.objects.filter(not_closed_to(actor, study="series__study"), verified_at__isnull=False)
    if isinstance(shown, Study):
        return verified.filter(series__study=shown)
    return verified.filter(series__study__act=shown)
