"""Open a page to some roles only (R41)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from diaphane.kernel.actors import Role
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


def for_roles(*roles: Role) -> Callable[[View[P, R]], View[P, R]]:
    """Let these roles in; tell the others which role the page is for."""

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = require_actor(request)
            if actor.role not in roles:
                raise NotAllowedError(
                    _("This page is for: %(roles)s. You are logged in as: %(role)s.")
                    % {"roles": ", ".join(str(role.label) for role in roles), "role": actor.role.label}
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate
