"""What must hold before a record is erased: it is past its time, nobody holds it back, some days passed."""

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard

from .erasure_models import GRACE, Erasure
from .hold_models import LegalHold
from .retention import find_due

_OFFICER = _("The data protection officer")


def _is_theirs(erasure: Erasure, by: Actor) -> Missing | None:
    if by.structure_id == erasure.structure_id:
        return None
    return Missing("R37", _("The decision of the site of the last exam"), _("Its data protection officer"))


def _is_due(erasure: Erasure, by: Actor) -> Missing | None:
    on = localdate(now())
    if erasure.patient_id is not None and find_due(erasure.patient_id, on=on) is not None:
        return None
    return Missing("R37", _("A record past its time: this person has come again"), _("Nobody: it is kept"))


def _is_free(erasure: Erasure, by: Actor) -> Missing | None:
    if not is_held(erasure):
        return None
    return Missing("R37", _("The end of what holds this record back"), _("Who placed the hold"))


def _has_waited(erasure: Erasure, by: Actor) -> Missing | None:
    if erasure.decided_at is not None and erasure.decided_at + GRACE <= now():
        return None
    return Missing("R37", _("Seven days after the decision"), _OFFICER)


def is_held(erasure: Erasure) -> bool:
    """Say whether a hold is in force on the record, or on an identity merged into it."""
    from .record_rows import get_record  # it leaves the proof of erasures out, and so knows of them

    if erasure.patient_id is None:
        return False
    held = LegalHold.objects.in_force(localdate(now()))
    return held.filter(patient__in=get_record(erasure.patient_id).patients).exists()


THEIRS = Guard("R37", "erasure.theirs", _("The site of the last exam decides"), _is_theirs)
DUE = Guard("R37", "erasure.due", _("The record is past its time"), _is_due)
FREE = Guard("R37", "erasure.free", _("No hold keeps the record"), _is_free)
WAITED = Guard("R37", "erasure.waited", _("Seven days have passed since the decision"), _has_waited)
