"""Keep the file of a breach: opened, completed, notified in time or late with the reason, closed (R37)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .breach_models import Breach

FACTS = ("kind", "nature", "people", "people_count", "consequences", "measures", "risk")


def open_breach(*, discovered_at: datetime, kind: str, nature: str, by: Actor, at: datetime) -> Breach:
    """Open a file: the clock runs from the discovery.

    Raises:
        NotAllowedError: not a data protection officer.
        GuardError: no kind, nothing said, or a discovery in the future.
    """
    if not may(by, "breach.keep") or by.structure_id is None:
        raise NotAllowedError(_("The data protection officer keeps the file of breaches."))
    missing = []
    if kind not in Breach.Kind.values:
        missing.append(Missing("R37", _("What was lost of the data"), _("You"), field="kind"))
    if not nature.strip():
        missing.append(Missing("R37", _("What happened"), _("You"), field="nature"))
    if discovered_at > at:
        missing.append(Missing("R37", _("A discovery in the past"), _("You"), field="discovered_at"))
    if missing:
        raise GuardError(_("This file cannot be opened yet."), missing)
    with transaction.atomic():
        breach = Breach.objects.create(
            structure_id=by.structure_id,
            discovered_at=discovered_at,
            kind=kind,
            nature=nature.strip(),
            opened_at=at,
            opened_by_label=by.label,
        )
        _trace("opened", breach, by, at)
    return breach


def write_breach(*, breach: Breach, facts: dict[str, object], by: Actor, at: datetime) -> None:
    """Complete what is known; each time is traced, by the names of what changed.

    Raises:
        NotAllowedError, ConflictError: not theirs, or closed.
    """
    with transaction.atomic():
        held = _lock(breach, by)
        changed = [name for name in FACTS if name in facts and getattr(held, name) != facts[name]]
        for name in changed:
            setattr(held, name, facts[name])
        if changed:
            held.save(update_fields=changed)
            _trace("written", held, by, at, fields=",".join(changed))


def record_notification(
    *, breach: Breach, notified_at: datetime, reference: str, late_reason: str, by: Actor, at: datetime
) -> None:
    """Write that the CNIL was notified; after 72 hours, the reason of the delay goes with it (art. 33.1).

    Raises:
        NotAllowedError, ConflictError: not theirs, closed, or notified already.
        GuardError: no reference, a time that cannot be, or a delay without its reason.
    """
    with transaction.atomic():
        held = _lock(breach, by)
        if held.notified_at is not None:
            raise ConflictError(_("The CNIL was notified already."))
        missing = []
        if not held.discovered_at <= notified_at <= at:
            missing.append(Missing("R37", _("A time after the discovery"), _("You"), field="notified_at"))
        if not reference.strip():
            missing.append(Missing("R37", _("The number that the CNIL gave"), _("You"), field="reference"))
        if notified_at > held.due_at and not late_reason.strip():
            missing.append(Missing("R37", _("Why it is late"), _("You"), field="late_reason"))
        if missing:
            raise GuardError(_("This notification cannot be written yet."), missing)
        held.notified_at, held.notification_reference = notified_at, reference.strip()
        held.late_reason = late_reason.strip()
        held.save(update_fields=["notified_at", "notification_reference", "late_reason"])
        _trace("notified", held, by, at, late=held.is_late(at))


def record_people_told(*, breach: Breach, told_at: datetime, how: str, by: Actor, at: datetime) -> None:
    """Write that the persons concerned were told, and how (art. 34).

    Raises:
        NotAllowedError, ConflictError: not theirs, closed, or told already.
        GuardError: a time that cannot be, or nothing said.
    """
    with transaction.atomic():
        held = _lock(breach, by)
        if held.people_told_at is not None:
            raise ConflictError(_("The persons were told already."))
        if not held.discovered_at <= told_at <= at or not how.strip():
            what = Missing(
                "R37", _("When, after the discovery, and how they were told"), _("You"), field="how"
            )
            raise GuardError(_("This cannot be written yet."), [what])
        held.people_told_at, held.people_told_how = told_at, how.strip()
        held.save(update_fields=["people_told_at", "people_told_how"])
        _trace("people_told", held, by, at)


def close_breach(*, breach: Breach, by: Actor, at: datetime) -> None:
    """Close a file whose risk is weighed, whose measures are written, and of which those owed were told.

    Raises:
        NotAllowedError, ConflictError: not theirs, or closed.
        GuardError: something is owed.
    """
    with transaction.atomic():
        held = _lock(breach, by)
        owed = {
            "risk": (_("The risk, weighed"), not held.risk),
            "measures": (_("The measures taken"), not held.measures.strip()),
            "reference": (_("The CNIL, notified"), held.must_notify and held.notified_at is None),
            "how": (_("The persons, told"), held.risk == Breach.Risk.HIGH and held.people_told_at is None),
        }
        missing = [Missing("R37", what, _("You"), field=name) for name, (what, owes) in owed.items() if owes]
        if missing:
            raise GuardError(_("This file cannot be closed yet."), missing)
        held.closed_at, held.closed_by_label = at, by.label
        held.save(update_fields=["closed_at", "closed_by_label"])
        _trace("closed", held, by, at)


def _lock(breach: Breach, by: Actor) -> Breach:
    held = Breach.objects.visible_to(by).select_for_update().filter(pk=breach.pk).first()
    if held is None:
        raise NotAllowedError(_("The data protection officer keeps the file of breaches."))
    if held.closed_at is not None:
        raise ConflictError(_("This file is closed."))
    return held


def _trace(name: str, breach: Breach, by: Actor, at: datetime, **detail: str | bool) -> None:
    record(f"breach.{name}", by=by, at=at, subject=Subject("breach", breach.pk), detail=detail)
