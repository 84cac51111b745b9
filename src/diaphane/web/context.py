"""What every page needs."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from diaphane.accounts.pro_sante_connect import is_offered
from diaphane.kernel.modes import Mode

from .navigation import list_links
from .passkeys import describe_passkeys
from .psc.confirming import describe_confirmation


def page(request: HttpRequest) -> dict[str, object]:
    """Give templates the actor, where it may go, and whether this is the demo."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        # Asked only by pages that follow changes: /live?after={{ live_position }}
        "live_position": getattr(request, "live_position", ""),
        "list_links": partial(list_links, actor.role, path=request.path) if actor else (),
        **describe_passkeys(request),
        "is_psc_offered": is_offered(),
        "confirmation": SimpleLazyObject(lambda: describe_confirmation(request)),
        "is_demo": settings.MODE is Mode.DEMO,
    }
