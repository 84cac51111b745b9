"""What a light viewer is shown: all of an act's images, or one study alone (R42)."""

from django.db.models import QuerySet

from diaphane.acts.models import Act

from .models import Instance, Study

Shown = Act | Study


def list_shown(shown: Shown) -> QuerySet[Instance]:
    """Return the verified objects of an act's own studies, or those of one study."""
    verified = Instance.objects.filter(verified_at__isnull=False)
    if isinstance(shown, Study):
        return verified.filter(series__study=shown)
    return verified.filter(series__study__act=shown)
