"""A secretary writes in what a secretary began, and in no physician's draft (states.md)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import NotAllowedError

from .models import ExamRequest


def require_own_draft(held: ExamRequest, by: Actor) -> None:
    """Refuse a secretary the draft of a physician.

    Raises:
        NotAllowedError: a secretary, and a physician began it.
    """
    if by.role is Role.SECRETARY and held.transcriber_id is None:
        raise NotAllowedError(_("A physician began this request: it is theirs to write."))
