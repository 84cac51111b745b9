"""In order today, asked again at each step, not at the first only: proofs end at midnight (R18–R20, R82)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, Text
from diaphane.organisations.guards import list_lacks, make_order_guards

from .models import Exam

IN_ORDER = make_order_guards("exam")


def require_in_order(exam: Exam, message: Text, *, by: Actor) -> None:
    """Refuse what a radiologist does for an exam when something that they owe is not in order.

    Raises:
        GuardError: what is missing, each with its way out; trainings wait in a vital emergency.
    """
    owed = [guard for guard in IN_ORDER if not (guard.yields_to_vital and exam.act.is_vital)]
    found = [guard.check(exam, by) for guard in owed]
    if missing := [each for each in found if each is not None]:
        raise GuardError(message, missing)


def find_supervisor_out_of_order(exam: Exam) -> Missing | None:
    """Say why who supervises may not any more, and who can: another radiologist, or they with a new proof."""
    if exam.supervisor_id is None:
        return None
    lacks = list_lacks(exam.supervisor_id, is_vital=exam.act.is_vital, on=timezone.localdate())
    if not lacks:
        return None
    name = exam.supervisor_label
    what = _("%(name)s, who supervises, is no longer in order (%(what)s)") % {
        "name": name,
        "what": ", ".join(str(each.what) for each in lacks),
    }
    who = _("Another radiologist who supervises, or %(name)s by bringing the proof") % {"name": name}
    return Missing("R82", what, who)
