"""Open a page to the roles that the table of rights gives it to (R41)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from diaphane.kernel.actors import Role
from diaphane.kernel.errors import NotAllowedError
from diaphane.kernel.rights import roles_of
from diaphane.organisations.middleware import require_actor

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


def needs(*actions: str) -> Callable[[View[P, R]], View[P, R]]:
    """Let in the roles that may do all of these; tell the others which role the page is for.

    The view carries its actions (``needs``), for the middleware that refuses what declares none.
    """
    roles = frozenset.intersection(*map(roles_of, actions))

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = require_actor(request)
            if actor.role not in roles:
                expected = ", ".join(str(role.label) for role in Role if role in roles)
                raise NotAllowedError(
                    _("This page is for: %(roles)s. You are logged in as: %(role)s.")
                    % {"roles": expected, "role": actor.role.label}
                )
            return view(request, *args, **kwargs)

        guarded.needs = actions  # type: ignore[attr-defined]
        return guarded

    return decorate
