"""Turn the logged-in account into an actor: one person, in one role, at one structure."""

import hashlib
from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import NotAllowedError

from .queries import list_memberships

SESSION_MEMBERSHIP = "membership"


class ActorMiddleware:
    """Set ``request.actor``: None for a visitor (R41)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve the actor once per request."""
        user = request.user
        request.actor = get_actor(user, request.session) if isinstance(user, User) else None  # type: ignore[attr-defined]
        return self.get_response(request)


def require_actor(request: HttpRequest) -> Actor:
    """Return who acts in a request.

    Raises:
        NotAllowedError: the account belongs to no structure.
    """
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise NotAllowedError(_("No structure has given this account a role yet."))
    return actor


def get_actor(user: User, session: SessionBase) -> Actor | None:
    """Return who acts: a patient, or a professional in the role chosen for this session.

    A person who holds several roles starts with the oldest one. None when no structure knows the account.
    """
    key = hashlib.sha256((session.session_key or "").encode()).hexdigest()[:32]
    if user.patient_id is not None:
        return Actor(id=user.id, role=Role.PATIENT, label=user.name, patient_id=user.patient_id, session=key)
    memberships = {each.pk: each for each in list_memberships(user.id)}
    if not memberships:
        return None
    chosen = memberships.get(session.get(SESSION_MEMBERSHIP, 0)) or next(iter(memberships.values()))
    return Actor(
        id=user.id,
        role=Role(chosen.role),
        label=user.name,
        structure_id=chosen.structure_id,
        structure_label=chosen.structure.name,
        session=key,
    )
