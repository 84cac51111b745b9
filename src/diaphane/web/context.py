"""What every page needs."""

from django.conf import settings
from django.http import HttpRequest

from diaphane.kernel.modes import Mode


def page(request: HttpRequest) -> dict[str, object]:
    """Give templates the actor and whether this is the demo."""
    return {"actor": getattr(request, "actor", None), "is_demo": settings.MODE is Mode.DEMO}
