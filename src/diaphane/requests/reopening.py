"""Take a validated request back to the imageur for a new fact: its protocol is suspended (R68, R85)."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.acts.operations import advance
from diaphane.kernel.actors import Actor
from diaphane.safety.engine import Finding

from .models import ExamRequest, RequestState
from .safety import list_new_facts
from .safety_sources import IMPLANT
from .transitions import REQUEST_TABLE

_NOBODY_HOLDS_IT = {"reviewer_id": None, "reviewer_label": "", "lease_until": None}
_NOT_SETTLED_ANY_MORE = {"implants_settled": "", "implants_by": ""}


def reopen_for_new_facts(*, request: ExamRequest, by: Actor, at: datetime) -> tuple[Finding, ...]:
    """Reopen a validated request if an answer binds that did not when it was validated; return what binds.

    The request goes back on the imageurs' list with its history, its protocol and its prescription. Whoever
    brought the fact has moved it: no other person is needed to stop an exam.
    """
    held = ExamRequest.objects.select_related("act__patient").get(pk=request.pk)
    if held.state != RequestState.VALIDATED:
        return ()
    found = list_new_facts(held, at=at)
    if found:
        advance(
            held,
            REQUEST_TABLE,
            "reopen",
            by=by,
            at=at,
            reason=_spell(held, found),
            fill=lambda moved: _suspend(moved, found, at),
        )
    return found


def _suspend(moved: ExamRequest, found: tuple[Finding, ...], at: datetime) -> list[str]:
    moved.reopened_at = at
    changed = dict(_NOBODY_HOLDS_IT)
    if any(each.id.startswith(IMPLANT) for each in found):  # settled before, it is to settle again
        changed |= _NOT_SETTLED_ANY_MORE
    for name, value in changed.items():
        setattr(moved, name, value)
    return ["reopened_at", *changed]


def _spell(held: ExamRequest, found: tuple[Finding, ...]) -> str:
    """Name the facts, and the motive that the next decision replaces."""
    with override("fr"):  # kept with the act, as the rules are written
        words = [_("New fact: %(facts)s") % {"facts": " · ".join(each.consequence.text for each in found)}]
        if held.safety_motive.strip():
            words.append(_("Earlier motive: %(motive)s") % {"motive": held.safety_motive})
        return "\n".join(words)
