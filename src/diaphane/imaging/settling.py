"""Settle an arrival that waited: lock it, move it along its table, write who decided and why (R40)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError

from .models import Reconciliation, Study
from .transitions import RECONCILIATION


def lock_waiting(study: Study, by: Actor) -> Study:
    """Lock a study that belongs to no exam yet.

    Raises:
        NotAllowedError: another site's.
        ConflictError: someone has already attached it.
    """
    rows = Study.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    locked = rows.filter(pk=study.pk).first()
    if locked is None or (locked.act_id is None and locked.site_id != by.structure_id):
        raise NotAllowedError(_("These images belong to another site."))
    if locked.act_id is not None:
        raise ConflictError(_("Someone has already attached these images."))
    return locked


def settle(study: Study, name: str, reason: str, by: Actor, at: datetime) -> None:
    """Move the study's reconciliation along its table and write who decided, and why."""
    settle_row(_find_row(study), name, reason, by, at)


def require_waiting(study: Study, name: str, by: Actor) -> None:
    """Stop where the study's reconciliation cannot go along its table, without moving it.

    Raises:
        NotAllowedError, ConflictError: see ``TransitionTable.check``.
    """
    RECONCILIATION.check(_find_row(study), name, by=by)


def _find_row(study: Study) -> Reconciliation:
    return study.reconciliations.exclude(reason=Reconciliation.Reason.CONFLICT).latest("created_at", "pk")


def settle_row(row: Reconciliation, name: str, reason: str, by: Actor, at: datetime) -> None:
    """Move one arrival along its table.

    Raises:
        NotAllowedError, ConflictError: see ``TransitionTable.check``.
        GuardError: no reason is given.
    """
    outcome = RECONCILIATION.check(row, name, by=by)
    require_reason(reason)
    row.state = outcome.transition.target
    row.settled_at, row.settled_by_id, row.settled_by_label = at, by.id, by.label
    row.settled_reason = reason.strip()
    row.save()


def require_reason(reason: str) -> None:
    """Stop whoever says nothing.

    Raises:
        GuardError: no reason is given.
    """
    if not reason.strip():
        raise GuardError(
            _("A reason is needed."),
            [Missing("R40", _("Why you decide so, in a few words."), _("You"), field="reason")],
        )
