"""Give a patient an access after an identity check: a sheet with a code, a link by mail (R39, R46)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .connections import end_all_connections
from .models import AccessSheet, SignInLink, User
from .spoken_codes import hash_code, make_code

SHEET_LASTS = timedelta(days=365)
INVITATION_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(minutes=30)
LINKS_ASKED, ASKED_WITHIN = 3, timedelta(minutes=30)


@dataclass(frozen=True)
class Given:
    """A sheet and its code, which is printed now and never again."""

    sheet: AccessSheet
    code: str


def give_sheet(*, patient_id: UUID, name: str, email: str, document: str, by: Actor, at: datetime) -> Given:
    """Give a patient of one's site a sheet, and mail a link; an earlier one ends, with what it opened.

    Raises:
        NotAllowedError: the role does not give accesses.
        GuardError: no document was seen, or no address is given.
        ConflictError: the address opens somebody else's account.
    """
    structure_id = _require_site(by)
    _require(document, "document", _("The identity document that you have seen"))
    _require(email, "email", _("The patient's own e-mail address"))
    email, code = email.lower(), make_code()
    with transaction.atomic():
        _refuse_taken(email, patient_id)
        if AccessSheet.objects.filter(patient_id=patient_id, revoked_at=None).update(revoked_at=at):
            _shut_out(patient_id, by=by, at=at)
        sheet = AccessSheet.objects.create(
            patient_id=patient_id,
            structure_id=structure_id,
            name=name[:150],
            email=email,
            code_hash=hash_code(code),
            document=document,
            checked_by_id=by.id,
            checked_by_label=by.label,
            created_at=at,
            expires_at=at + SHEET_LASTS,
        )
        _send_link(sheet, at=at, lasts=INVITATION_LASTS)
        _note("patient_access.given", sheet, by=by, at=at, document=document)
    return Given(sheet, code)


def revoke_sheet(*, patient_id: UUID, by: Actor, at: datetime) -> int:
    """End a patient's access, its passkeys, and at once what it has open. Return how many sheets ended.

    Raises:
        NotAllowedError: the role does not give accesses.
    """
    _require_site(by)
    with transaction.atomic():
        ended = AccessSheet.objects.select_for_update().filter(patient_id=patient_id, revoked_at=None).first()
        if ended is None:
            return 0
        AccessSheet.objects.filter(pk=ended.pk).update(revoked_at=at)
        _shut_out(patient_id, by=by, at=at)
        _note("patient_access.revoked", ended, by=by, at=at)
    return 1


def ask_link(*, email: str, at: datetime) -> None:
    """Mail a new link to whom a sheet was given; for any other address, and after three, nothing is done.

    Nothing is said either: the answer is the same, so that nobody learns who has an access.
    """
    with transaction.atomic():
        open_sheets = AccessSheet.objects.select_for_update().filter(revoked_at=None, expires_at__gt=at)
        sheet = open_sheets.filter(email=email.strip().lower()).first()
        if sheet is None:
            return
        lately = SignInLink.objects.filter(sheet=sheet, created_at__gt=at - ASKED_WITHIN)
        if lately.count() < LINKS_ASKED:
            _send_link(sheet, at=at, lasts=LINK_LASTS)


def _shut_out(patient_id: UUID, *, by: Actor, at: datetime) -> None:
    """Cut what an account has open, and forget its passkeys: they open it alone, on whoever's telephone."""
    for account in User.objects.filter(patient_id=patient_id):
        Authenticator.objects.filter(user=account).delete()
        end_all_connections(user=account, by=by, at=at)


def _send_link(sheet: AccessSheet, *, at: datetime, lasts: timedelta) -> None:
    from .jobs import mail_sign_in_link_soon  # jobs import what this module imports

    link = SignInLink.objects.create(sheet=sheet, created_at=at, expires_at=at + lasts)
    mail_sign_in_link_soon.defer(link_id=str(link.pk))


def _require_site(by: Actor) -> UUID:
    if not may(by, "patient.invite") or by.structure_id is None:
        raise NotAllowedError(_("Only the patient's site gives or ends their access."))
    return by.structure_id


def _require(value: str, field: str, what: object) -> None:
    if not value.strip():
        missing = Missing("R46", str(what), _("You"), field=field)
        raise GuardError(_("The access cannot be given yet."), [missing])


def _refuse_taken(email: str, patient_id: UUID) -> None:
    """Refuse an address by which somebody else comes in, or would: each person has their own."""
    accounts = User.objects.filter(email=email).exclude(patient_id=patient_id)
    sheets = AccessSheet.objects.filter(email=email, revoked_at=None).exclude(patient_id=patient_id)
    if accounts.exists() or sheets.exists():
        raise ConflictError(
            _("This address is already somebody else's access. Ask the patient for an address of their own.")
        )


def _note(action: str, sheet: AccessSheet, *, by: Actor, at: datetime, **detail: str) -> None:
    subject = Subject("access_sheet", sheet.pk, patient_id=sheet.patient_id)
    record(action, by=by, at=at, subject=subject, detail=detail)
