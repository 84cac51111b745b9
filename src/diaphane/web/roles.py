"""Open a page to some roles only (R41)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from diaphane.kernel.actors import Role
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_roles(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let these roles in; tell the others which role the page is for."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = require_actor(request)
            if actor.role not in roles:
                raise NotAllowedError(
                    _("This page is for: %(roles)s. You are logged in as: %(role)s.")
                    % {"roles": ", ".join(str(role.label) for role in roles), "role": actor.role.label}
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate
