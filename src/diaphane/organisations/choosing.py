"""Choose in which of one's roles one acts, for this session (R41)."""

from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor

from .middleware import SESSION_MEMBERSHIP
from .models import Membership
from .queries import list_memberships


def choose_role(*, membership_id: int, session: SessionBase, by: Actor, at: datetime) -> Membership:
    """Act in another role that one holds now, until the session ends; the trail keeps which.

    Raises:
        Membership.DoesNotExist: it is not the actor's, has not begun, or has ended.
    """
    chosen = list_memberships(by.id).get(pk=membership_id)
    session[SESSION_MEMBERSHIP] = chosen.pk
    detail = {"role": chosen.role, "structure": str(chosen.structure_id)}
    with transaction.atomic():
        record("role.chosen", by=by, at=at, subject=Subject("account", by.id), detail=detail)
    return chosen
