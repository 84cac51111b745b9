"""Bring a signed report to its recipients; a mail never carries health data (R49, R96)."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.access.operations import grant_to_person
from diaphane.accounts.models import User
from diaphane.accounts.queries import find_account, find_account_of_patient, get_account
from diaphane.acts.operations import note, open_duty, settle_duties
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.reporting.models import Report

from .models import Dispatch

RECEIVE_WITHIN = timedelta(hours=24)
_REQUIREMENTS = {Dispatch.Recipient.REQUESTER: "R101", Dispatch.Recipient.TREATING: "R96"}
_OWNERS = {
    Dispatch.Recipient.REQUESTER: Role.REQUESTING_PHYSICIAN,
    Dispatch.Recipient.TREATING: Role.TREATING_PHYSICIAN,
}


class AnnouncementFailedError(Exception):
    """The mail server did not take the announcement; the job tries again."""


def dispatch_report(*, report: Report, at: datetime) -> None:
    """Create the dispatches of a signed report, to its demandeur and the médecin traitant; idempotent."""
    request = report.act.request
    with transaction.atomic():
        _dispatch(report, Dispatch.Recipient.REQUESTER, get_account(request.author_id), "", at)
        email = request.treating_physician_email
        if email:
            _dispatch(report, Dispatch.Recipient.TREATING, find_account(email), email, at)


def dispatch_to_patient(*, report: Report, at: datetime) -> None:
    """Tell the patient that something waits, once a person has told the result (R100); idempotent."""
    account = find_account_of_patient(report.act.patient_id)
    _dispatch(report, Dispatch.Recipient.PATIENT, account, "", at)


def announce(*, dispatch_id: UUID, at: datetime) -> None:
    """Send the news that something waits, and nothing else; a second call does nothing.

    Raises:
        AnnouncementFailedError: the mail server refused or was away; kept on the dispatch.
    """
    dispatch = Dispatch.objects.get(pk=dispatch_id)
    if dispatch.status not in {Dispatch.Status.QUEUED, Dispatch.Status.FAILED}:
        return
    try:
        _compose_news(dispatch).send()
    except (OSError, SMTPException) as error:
        Dispatch.objects.filter(pk=dispatch_id).update(
            status=Dispatch.Status.FAILED,
            attempts=dispatch.attempts + 1,
            last_error=type(error).__name__,
        )
        raise AnnouncementFailedError(type(error).__name__) from error
    Dispatch.objects.filter(pk=dispatch_id).update(
        status=Dispatch.Status.ANNOUNCED, attempts=dispatch.attempts + 1, announced_at=at, last_error=""
    )


def acknowledge(*, report: Report, by: Actor, at: datetime) -> None:
    """Record that a recipient has opened the report: received means this, not sent (R96, R101)."""
    with transaction.atomic():
        waiting = Dispatch.objects.select_for_update().filter(
            report=report, account_id=by.id, acknowledged_at=None
        )
        for dispatch in waiting:
            dispatch.status = Dispatch.Status.ACKNOWLEDGED
            dispatch.acknowledged_at = at
            dispatch.save(update_fields=["status", "acknowledged_at"])
            act = report.act
            note(act, "dispatch.acknowledged", subject_type="dispatch", subject_id=dispatch.pk, by=by, at=at)
            settle_duties(act, guard_of(dispatch), by=by, at=at)


def record_handed_over(*, dispatch: Dispatch, by: Actor, at: datetime) -> None:
    """Record that a report without secure access was handed over on paper."""
    with transaction.atomic():
        changed = Dispatch.objects.filter(pk=dispatch.pk, status=Dispatch.Status.ON_PAPER).update(
            status=Dispatch.Status.ACKNOWLEDGED, acknowledged_at=at
        )
        if changed:
            act = dispatch.report.act
            note(act, "dispatch.handed_over", subject_type="dispatch", subject_id=dispatch.pk, by=by, at=at)
            settle_duties(act, guard_of(dispatch), by=by, at=at)


def guard_of(dispatch: Dispatch) -> str:
    """Return the code under which a dispatch's duty is kept."""
    return f"delivery.received_by_{dispatch.recipient}"


def _dispatch(
    report: Report, recipient: Dispatch.Recipient, account: User | None, email: str, at: datetime
) -> None:
    label = account.name if account else email
    dispatch, is_new = Dispatch.objects.get_or_create(
        report=report,
        recipient=recipient,
        defaults={
            "account_id": account.pk if account else None,
            "label": label,
            "email": account.email if account else email,
            "status": Dispatch.Status.QUEUED if account else Dispatch.Status.ON_PAPER,
            "created_at": at,
        },
    )
    if not is_new:
        return
    act = report.act
    note(act, "dispatch.created", subject_type="dispatch", subject_id=dispatch.pk, by=SYSTEM, at=at)
    if account is not None and recipient != Dispatch.Recipient.PATIENT:
        grant_to_person(act_id=act.pk, person_id=account.pk, reason=recipient.value, at=at)
    if recipient in _REQUIREMENTS:
        open_duty(
            act,
            requirement=_REQUIREMENTS[recipient],
            guard=guard_of(dispatch),
            owner=_OWNERS[recipient],
            due_at=at + RECEIVE_WITHIN,
            by=SYSTEM,
            at=at,
        )
    if account is not None:
        from .jobs import announce_dispatch  # jobs import this module

        announce_dispatch.defer(dispatch_id=str(dispatch.pk))


def _compose_news(dispatch: Dispatch) -> EmailMessage:
    """Write the mail: no name, no exam, no number; only that something waits, and where to log in."""
    with override("fr"):
        subject = _("Something is waiting for you on Diaphane")
        body = _(
            "Hello,\n\nA document is waiting for you on Diaphane. For your safety and that of others, "
            "this message says no more: log in to read it.\n\n%(address)s\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {"address": settings.BASE_URL}
    return EmailMessage(subject, body, to=[dispatch.email])
