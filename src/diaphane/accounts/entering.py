"""Let a patient in: the link of the mail, once, and the code of the sheet; a GET does nothing (R39, R46)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.errors import DiaphaneError, NotAllowedError

from .mailed_keys import trace_unknown_key
from .models import AccessSheet, SignInLink, User
from .operations import digest_of
from .spoken_codes import is_code, is_well_formed

MOST_WRONG_CODES = 5
PAUSE = timedelta(minutes=15)
_REFUSED = "patient_access.refused"
_REASONS = {
    "unknown": _("This link is not known. Open it again from the mail, or ask for another."),
    "used": _("This link has already been used. Ask for another."),
    "expired": _("This link is too old. Ask for another."),
    "revoked": _("Your access sheet has been replaced. Use the new one, or call the site of your exam."),
    "sheet_expired": _("Your access sheet is more than one year old. Ask the site of your exam for another."),
    "paused": _(
        "Too many wrong codes. Wait fifteen minutes, then ask for another link. If you have lost your sheet, "
        "the site of your exam gives you another."
    ),
    "closed": _("Your access is closed. Call the site of your exam."),
}


class EntryRefusedError(NotAllowedError):
    """The link opens nothing; ``reason`` is in the trail."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REASONS[reason])
        self.reason = reason


class WrongSheetCodeError(NotAllowedError):
    """The code is not that of the sheet."""


def enter(*, key: str, code: str, at: datetime) -> User:
    """Return the account that a link and a code open; the first time, open it.

    Raises:
        WrongSheetCodeError: the code is not the sheet's; the message says how many tries are left.
        EntryRefusedError: the link is unknown, used or over, or the sheet is; the message says which.
        TooManyTriesError: too many unknown links lately; a right one is still taken.
    """
    with transaction.atomic():
        links = SignInLink.objects.select_for_update().select_related("sheet")
        link = links.filter(key_digest=digest_of(key)).first()
        outcome = _refuse_unknown(at) if link is None else _try(link, code, at)
    if isinstance(outcome, DiaphaneError):
        raise outcome  # outside of the transaction: a wrong code is counted and traced
    return outcome


def _try(link: SignInLink, code: str, at: datetime) -> User | DiaphaneError:
    sheet = link.sheet
    if reason := _weigh(link, at):
        _note(_REFUSED, sheet, at, reason=reason)
        return EntryRefusedError(reason)
    if not is_well_formed(code):
        return WrongSheetCodeError(_("The code has eight letters and digits. It is on your sheet."))
    if not is_code(code, sheet.code_hash):
        return _count_wrong(sheet, at)
    account = _open_account(sheet)
    if not account.is_active:
        _note(_REFUSED, sheet, at, reason="closed")
        return EntryRefusedError("closed")
    SignInLink.objects.filter(pk=link.pk).update(used_at=at)
    first = sheet.first_used_at or at
    AccessSheet.objects.filter(pk=sheet.pk).update(wrong_codes=0, first_used_at=first, last_used_at=at)
    _note("patient_access.entered", sheet, at)
    return account


def _weigh(link: SignInLink, at: datetime) -> str:
    """Return why a link opens nothing, or nothing."""
    sheet = link.sheet
    if sheet.revoked_at is not None:
        return "revoked"
    if sheet.expires_at <= at:
        return "sheet_expired"
    if link.used_at is not None:
        return "used"
    if link.expires_at <= at:
        return "expired"
    return "paused" if sheet.paused_until is not None and sheet.paused_until > at else ""


def _open_account(sheet: AccessSheet) -> User:
    """Return the patient's account under the address that was checked last; a first one has no password."""
    account = User.objects.filter(patient_id=sheet.patient_id).first()
    if account is None:
        return User.objects.create_user(
            email=sheet.email, name=sheet.name, password=None, patient_id=sheet.patient_id
        )
    if account.email != sheet.email:
        account.email = sheet.email
        account.save(update_fields=["email"])
    return account


def _count_wrong(sheet: AccessSheet, at: datetime) -> DiaphaneError:
    """Count a wrong code; only who holds a link of the mail comes here, so nobody shuts out somebody else."""
    wrong = sheet.wrong_codes + 1
    left = MOST_WRONG_CODES - wrong
    kept = AccessSheet.objects.filter(pk=sheet.pk)
    if left > 0:
        kept.update(wrong_codes=wrong)
        _note(_REFUSED, sheet, at, reason="wrong_code")
        return WrongSheetCodeError(
            _("This is not the code of your sheet. Tries left: %(left)d.") % {"left": left}
        )
    kept.update(wrong_codes=0, paused_until=at + PAUSE)
    SignInLink.objects.filter(sheet=sheet, used_at=None).update(used_at=at)
    _note(_REFUSED, sheet, at, reason="paused")
    return EntryRefusedError("paused")


def _refuse_unknown(at: datetime) -> DiaphaneError:
    return trace_unknown_key(_REFUSED, "access_sheet", at=at) or EntryRefusedError("unknown")


def _note(action: str, sheet: AccessSheet, at: datetime, **detail: str) -> None:
    subject = Subject("access_sheet", sheet.pk, patient_id=sheet.patient_id)
    record(action, by=SYSTEM, at=at, subject=subject, detail=detail)
