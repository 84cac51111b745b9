"""Tell a patient of an appointment: at once, then twice before; never of one that no longer stands (R128).

The patient of an emergency is not written to: a person is with them.
"""

from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.db import transaction

from diaphane.accounts.queries import find_account_of_patient
from diaphane.acts.models import Act
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.operations import PRESSING

from .appointment_models import AppointmentNotice
from .appointment_words import compose_mail, compose_text
from .operations import AnnouncementFailedError
from .texting import TextingFailedError, is_texting, send_text

_Kind, _Way = AppointmentNotice.Kind, AppointmentNotice.Way
BEFORE = {_Kind.WEEK: timedelta(days=7), _Kind.EVE: timedelta(days=2)}
"""How long before the appointment each reminder is due."""
_WAITING = {"sent_at": None, "dropped_at": None}


def plan_notices(*, appointment_id: UUID, at: datetime) -> list[UUID]:
    """Write what a patient is to be told of a slot that was booked, once; return what is due now.

    A slot that replaces one the patient heard of is told as a move. A reminder that would come before the
    confirmation is none.
    """
    booked = Appointment.objects.select_related("act").get(pk=appointment_id)
    if booked.notices.exists():  # heard already
        return list(booked.notices.filter(**_WAITING, due_at__lte=at).values_list("pk", flat=True))
    if booked.cancelled_at is not None or not is_written_to(booked.act) or booked.starts_at <= at:
        return []
    first = _Kind.MOVED if _has_heard(booked.act) else _Kind.CONFIRMED
    due = {first: at} | {kind: booked.starts_at - ahead for kind, ahead in BEFORE.items()}
    _write(booked, {kind: when for kind, when in due.items() if when >= at})
    return list(booked.notices.filter(**_WAITING, due_at__lte=at).values_list("pk", flat=True))


def plan_cancellation(*, appointment_id: UUID, at: datetime) -> list[UUID]:
    """Tell who heard of a slot that it is given back, unless another one stands or it is past; once."""
    freed = Appointment.objects.select_related("act").get(pk=appointment_id)
    others = Appointment.objects.filter(act=freed.act, cancelled_at=None)
    if freed.starts_at <= at or others.exists() or not freed.notices.filter(sent_at__isnull=False).exists():
        return []
    _write(freed, {_Kind.CANCELLED: at})
    found = freed.notices.filter(kind=_Kind.CANCELLED, **_WAITING)
    return list(found.values_list("pk", flat=True))


def send_notice(*, notice_id: UUID, at: datetime) -> bool:
    """Send one notice, once; drop it where its slot no longer stands. Return whether it left now.

    The slot is locked meanwhile: who moves it and who reminds of it take turns.

    Raises:
        AnnouncementFailedError: the server refused or was away; kept on the notice.
    """
    try:
        with transaction.atomic():
            return _send(notice_id, at)
    except (OSError, SMTPException, TextingFailedError) as error:
        AppointmentNotice.objects.filter(pk=notice_id, **_WAITING).update(error=type(error).__name__)
        raise AnnouncementFailedError(type(error).__name__) from error


def list_due_notices(*, at: datetime) -> list[UUID]:
    """List what is due and has not left."""
    found = AppointmentNotice.objects.filter(**_WAITING, due_at__lte=at)
    return list(found.values_list("pk", flat=True))


def _send(notice_id: UUID, at: datetime) -> bool:
    notice = AppointmentNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.sent_at or notice.dropped_at:
        return False
    slot = Appointment.objects.select_for_update(of=("self",)).get(pk=notice.appointment_id)
    notice.appointment = slot
    if _is_void(notice, slot, at):
        notice.dropped_at = at
    elif notice.way == _Way.MAIL:
        compose_mail(notice).send()
        notice.sent_at = at
    else:
        send_text(to=notice.recipient, body=compose_text(notice))
        notice.sent_at = at
    notice.error = ""
    notice.save(update_fields=["sent_at", "dropped_at", "error"])
    return notice.sent_at is not None


def _is_void(notice: AppointmentNotice, slot: Appointment, at: datetime) -> bool:
    """Say whether there is nothing to tell any more: given back or moved, or the hour is past."""
    is_about_end = notice.kind == _Kind.CANCELLED
    return slot.starts_at <= at or (slot.cancelled_at is not None) != is_about_end


def _has_heard(act: Act) -> bool:
    told = AppointmentNotice.objects.filter(appointment__act=act, sent_at__isnull=False)
    return told.filter(appointment__cancelled_at__isnull=False).exists()


def _write(slot: Appointment, due: dict[AppointmentNotice.Kind, datetime]) -> None:
    AppointmentNotice.objects.bulk_create(
        (
            AppointmentNotice(appointment=slot, kind=kind, way=way, recipient=recipient, due_at=when)
            for kind, when in due.items()
            for way, recipient in _list_ways(slot.act)
        ),
        ignore_conflicts=True,
    )


def is_reachable(act: Act) -> bool:
    """Say whether a patient can be written to of their appointments."""
    return bool(_list_ways(act))


def is_written_to(act: Act) -> bool:
    """Say whether the patient of an act is written to: not in an emergency, when a person is with them."""
    return act.urgency not in PRESSING


def _list_ways(act: Act) -> list[tuple[AppointmentNotice.Way, str]]:
    """List how a patient is reached: the address of their account, their telephone where texts are sent."""
    account, phone = find_account_of_patient(act.patient_id), act.patient.phone.strip()
    ways = [(_Way.MAIL, account.email)] if account is not None and account.email else []
    return [*ways, (_Way.TEXT, phone)] if is_texting() and phone else ways
