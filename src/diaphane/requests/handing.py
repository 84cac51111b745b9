"""Give a request that is under examination to the next imageur, at the end of a shift."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError

from .guards import IN_ORDER
from .models import ExamRequest, RequestState
from .operations import LEASE

HELD = frozenset({RequestState.UNDER_REVIEW, RequestState.AWAITING_ANSWER})


def take_over_request(*, request: ExamRequest, giver_id: UUID, by: Actor, at: datetime) -> bool:
    """Take a request over from a colleague, with the whole time to decide; say whether it was still theirs.

    Raises:
        GuardError: something that the imageur who takes over owes is not in order (R18–R20).
    """
    owed = [guard for guard in IN_ORDER if not (guard.yields_to_vital and request.act.is_vital)]
    found = [guard.check(request, by) for guard in owed]
    if missing := [each for each in found if each is not None]:
        raise GuardError(_("You cannot take this request over."), missing)
    with transaction.atomic():
        held = ExamRequest.objects.filter(pk=request.pk, state__in=HELD, reviewer_id=giver_id)
        if not held.update(reviewer_id=by.id, reviewer_label=by.label, lease_until=at + LEASE):
            return False
        note(request.act, "request.taken_over", subject_type="request", subject_id=request.pk, by=by, at=at)
    return True
