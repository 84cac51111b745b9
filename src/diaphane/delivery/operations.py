"""Bring a signed report to its recipients; a mail never carries health data (R49, R96)."""

from dataclasses import dataclass
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
from diaphane.consents.models import Objection
from diaphane.consents.queries import has_objected
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.organisations.queries import has_role
from diaphane.reporting.models import Report

from .models import Dispatch
from .queries import list_awaited_from

RECEIVE_WITHIN = timedelta(hours=24)
_REQUIREMENTS = {Dispatch.Recipient.REQUESTER: "R101", Dispatch.Recipient.TREATING: "R96"}
_OWNERS = {
    Dispatch.Recipient.REQUESTER: Role.REQUESTING_PHYSICIAN,
    Dispatch.Recipient.TREATING: Role.TREATING_PHYSICIAN,
}


_TO_ANNOUNCE = (Dispatch.Status.QUEUED, Dispatch.Status.FAILED)


@dataclass(frozen=True)
class Address:
    """How a recipient is called, and the address given for one who has no account."""

    label: str
    email: str = ""


class AnnouncementFailedError(Exception):
    """The mail server did not take the announcement; the job tries again."""


def dispatch_report(*, report: Report, at: datetime) -> None:
    """Create the dispatches of a signed report, to its demandeur and the médecin traitant; idempotent.

    A patient may object to the second one (R62): nothing is then owed to them, nor opened.
    """
    request = report.act.request
    with transaction.atomic():
        requester = get_account(request.author_id)
        _dispatch(report, Dispatch.Recipient.REQUESTER, requester, Address(requester.name), at)
        email = request.treating_physician_email
        if email and not has_objected(report.act.patient_id, Objection.Kind.TREATING):
            account = _find_treating_physician(email)
            label = account.name if account else email
            _dispatch(report, Dispatch.Recipient.TREATING, account, Address(label, email), at)


def dispatch_to_patient(*, report: Report, at: datetime) -> None:
    """Tell the patient that something waits, once a person has told the result (R100); idempotent."""
    account = find_account_of_patient(report.act.patient_id)
    label = account.name if account else report.act.patient.display_name
    _dispatch(report, Dispatch.Recipient.PATIENT, account, Address(label), at)


def announce(*, dispatch_id: UUID, at: datetime) -> None:
    """Send the news that something waits, and nothing else; a second call does nothing.

    Raises:
        AnnouncementFailedError: the mail server refused or was away; kept on the dispatch.
    """
    dispatch = Dispatch.objects.get(pk=dispatch_id)
    if dispatch.status not in _TO_ANNOUNCE:
        return
    waiting = Dispatch.objects.filter(pk=dispatch_id, status__in=_TO_ANNOUNCE)
    attempts = dispatch.attempts + 1
    try:
        _compose_news(dispatch).send()
    except (OSError, SMTPException) as error:
        reason = type(error).__name__
        waiting.update(status=Dispatch.Status.FAILED, attempts=attempts, last_error=reason)
        raise AnnouncementFailedError(reason) from error
    waiting.update(status=Dispatch.Status.ANNOUNCED, attempts=attempts, announced_at=at, last_error="")


def announce_again(*, dispatch: Dispatch, by: Actor, at: datetime) -> None:
    """Try a failed announcement again now, because a person asks for it."""
    with transaction.atomic():
        waiting = Dispatch.objects.filter(pk=dispatch.pk, status=Dispatch.Status.FAILED)
        if waiting.update(status=Dispatch.Status.QUEUED):
            act = dispatch.report.act
            note(act, "dispatch.retried", subject_type="dispatch", subject_id=dispatch.pk, by=by, at=at)
            _defer_announcement(dispatch)


def acknowledge(*, report: Report, by: Actor, at: datetime) -> None:
    """Record that a recipient has received the report: received means this, not sent (R96, R101).

    A physician on duty at the site that asked may receive it for the colleague who has gone home.
    """
    with transaction.atomic():
        for dispatch in list_awaited_from(by, report=report).select_for_update(of=("self",)):
            _receive(dispatch, "dispatch.acknowledged", by, at)


def record_handed_over(*, dispatch: Dispatch, by: Actor, at: datetime) -> None:
    """Record that a report without secure access was handed over on paper."""
    with transaction.atomic():
        waiting = Dispatch.objects.select_for_update().filter(pk=dispatch.pk, status=Dispatch.Status.ON_PAPER)
        for each in waiting:
            _receive(each, "dispatch.handed_over", by, at)


def guard_of(recipient: str) -> str:
    """Return the code under which the receipt that a recipient owes is kept."""
    return f"delivery.received_by_{recipient}"


def _find_treating_physician(email: str) -> User | None:
    """Return the account of an address only where a structure has made it a treating physician's.

    The address was typed by hand: the patient's own, or a stranger's, opens nothing.
    """
    account = find_account(email)
    is_one = account is not None and has_role(account.pk, Role.TREATING_PHYSICIAN)
    return account if is_one else None


def _dispatch(
    report: Report, recipient: Dispatch.Recipient, account: User | None, address: Address, at: datetime
) -> None:
    dispatch, is_new = Dispatch.objects.get_or_create(
        report=report,
        recipient=recipient,
        defaults={
            "account_id": account.pk if account else None,
            "label": address.label,
            "email": account.email if account else address.email,
            "status": Dispatch.Status.QUEUED if account else Dispatch.Status.ON_PAPER,
            "created_at": at,
        },
    )
    if not is_new:
        return
    act = report.act
    note(act, "dispatch.created", subject_type="dispatch", subject_id=dispatch.pk, by=SYSTEM, at=at)
    if account is not None and recipient == Dispatch.Recipient.TREATING:
        role = Role.TREATING_PHYSICIAN
        grant_to_person(act_id=act.pk, person_id=account.pk, role=role, reason=recipient.value, at=at)
    if recipient in _REQUIREMENTS:
        _owe_receipt(dispatch, at)
    if account is not None:
        _defer_announcement(dispatch)


def _owe_receipt(dispatch: Dispatch, at: datetime) -> None:
    recipient = Dispatch.Recipient(dispatch.recipient)
    open_duty(
        dispatch.report.act,
        requirement=_REQUIREMENTS[recipient],
        guard=guard_of(dispatch.recipient),
        owner=_OWNERS[recipient],
        due_at=at + RECEIVE_WITHIN,
        by=SYSTEM,
        at=at,
    )


def _receive(dispatch: Dispatch, kind: str, by: Actor, at: datetime) -> None:
    dispatch.status = Dispatch.Status.ACKNOWLEDGED
    dispatch.acknowledged_at, dispatch.received_by = at, by.label
    dispatch.save(update_fields=["status", "acknowledged_at", "received_by"])
    act = dispatch.report.act
    note(act, kind, subject_type="dispatch", subject_id=dispatch.pk, by=by, at=at)
    settle_duties(act, guard_of(dispatch.recipient), by=by, at=at)


def _defer_announcement(dispatch: Dispatch) -> None:
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
