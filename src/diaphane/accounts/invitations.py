"""Invite a professional into the account that their structure opened, and let them in once (R18, R39)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, DiaphaneError, NotAllowedError
from diaphane.kernel.rights import may

from .mailed_keys import trace_unknown_key
from .models import Invitation, User
from .operations import digest_of
from .spoken_codes import hash_code, is_code, is_well_formed, make_code

INVITATION_LASTS = timedelta(days=7)
MOST_WRONG_CODES = 5
_REFUSED = "invitation.refused"
_REASONS = {
    "unknown": _("This link is not known. Open it again from the mail, or ask for another invitation."),
    "used": _("This invitation was already used. Log in with your password."),
    "expired": _("This invitation is over: it lasts seven days. Ask your administrator for another."),
    "revoked": _("This invitation was withdrawn or replaced. Use the last mail, or ask your administrator."),
    "locked": _("Too many wrong codes: this invitation is withdrawn. Ask your administrator for another."),
    "closed": _("This account is closed: ask your structure."),
}


@dataclass(frozen=True)
class Invited:
    """An invitation and its code, which is said aloud now and never shown again."""

    invitation: Invitation
    code: str


class InvitationRefusedError(NotAllowedError):
    """The link opens nothing; ``reason`` is in the trail."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REASONS[reason])
        self.reason = reason


class WrongInvitationCodeError(NotAllowedError):
    """The code is not that of the invitation."""


class WeakPasswordError(DiaphaneError):
    """The password is refused: ``words`` say why, each in a sentence."""

    status_code = 422

    def __init__(self, words: list[str]) -> None:
        super().__init__(" ".join(words))
        self.words = words


def invite(*, user: User, by: Actor, at: datetime) -> Invited:
    """Mail a link to the owner of an account that nobody has entered, and return the code to say aloud.

    An earlier invitation ends. On which structure the actor may act is asked by who calls.

    Raises:
        NotAllowedError: the role opens no account.
        ConflictError: the account is closed, or its owner has come in already.
    """
    from .jobs import mail_invitation_soon  # jobs import what this module imports

    if not may(by, "account.open"):
        raise NotAllowedError(_("Only an administrator opens an account."))
    code = make_code()
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if not held.is_active or held.has_usable_password():
            raise ConflictError(_("This account is closed, or its owner has come in already."))
        revoke_invitations(user_id=held.pk, at=at)
        made = Invitation.objects.create(
            user=held,
            code_hash=hash_code(code),
            invited_by_id=by.id,
            invited_by_label=by.label,
            created_at=at,
            expires_at=at + INVITATION_LASTS,
        )
        record("invitation.sent", by=by, at=at, subject=Subject("account", held.pk))
        mail_invitation_soon.defer(invitation_id=str(made.pk))
    return Invited(made, code)


def revoke_invitations(*, user_id: UUID, at: datetime) -> int:
    """Withdraw what was not used; return how many invitations."""
    return Invitation.objects.filter(user_id=user_id, used_at=None, revoked_at=None).update(revoked_at=at)


def accept_invitation(*, key: str, code: str, password: str, at: datetime) -> User:
    """Give an account its first password, once, to who holds the link and the code; return it.

    Raises:
        WrongInvitationCodeError: the code is another; the message says how many tries are left.
        WeakPasswordError: the password is too short, too common, or too near the name.
        InvitationRefusedError: the link is unknown, used, over or withdrawn; the message says which.
        TooManyTriesError: too many unknown links lately; a right one is still taken.
    """
    with transaction.atomic():
        kept = Invitation.objects.select_for_update(of=("self",)).select_related("user")
        found = kept.filter(key_digest=digest_of(key)).first()
        outcome = _refuse_unknown(at) if found is None else _try(found, code, password, at)
    if isinstance(outcome, DiaphaneError):
        raise outcome  # outside of the transaction: a wrong code is counted and traced
    return outcome


def _try(found: Invitation, code: str, password: str, at: datetime) -> User | DiaphaneError:
    if reason := _weigh(found, at):
        _note(_REFUSED, found, at, reason=reason)
        return InvitationRefusedError(reason)
    if not is_well_formed(code):
        return WrongInvitationCodeError(_("The code has eight letters and digits. It was said to you aloud."))
    if not is_code(code, found.code_hash):
        return _count_wrong(found, at)
    try:
        validate_password(password, found.user)
    except ValidationError as error:
        return WeakPasswordError(error.messages)
    found.user.set_password(password)
    found.user.save(update_fields=["password"])
    Invitation.objects.filter(pk=found.pk).update(used_at=at)
    _note("invitation.accepted", found, at)
    return found.user


def _weigh(found: Invitation, at: datetime) -> str:
    """Return why an invitation opens nothing, or nothing."""
    if not found.user.is_active:
        return "closed"
    if found.used_at is not None:
        return "used"
    if found.revoked_at is not None:
        return "locked" if found.wrong_codes >= MOST_WRONG_CODES else "revoked"
    return "expired" if found.expires_at <= at else ""


def _count_wrong(found: Invitation, at: datetime) -> DiaphaneError:
    """Count a wrong code; only who holds the link of the mail comes here."""
    wrong = found.wrong_codes + 1
    left, kept = MOST_WRONG_CODES - wrong, Invitation.objects.filter(pk=found.pk)
    if left > 0:
        kept.update(wrong_codes=wrong)
        _note(_REFUSED, found, at, reason="wrong_code")
        return WrongInvitationCodeError(
            _("This is not the code of your invitation. Tries left: %(left)d.") % {"left": left}
        )
    kept.update(wrong_codes=wrong, revoked_at=at)
    _note(_REFUSED, found, at, reason="locked")
    return InvitationRefusedError("locked")


def _refuse_unknown(at: datetime) -> DiaphaneError:
    return trace_unknown_key(_REFUSED, "account", at=at) or InvitationRefusedError("unknown")


def _note(action: str, found: Invitation, at: datetime, **detail: str) -> None:
    record(action, by=SYSTEM, at=at, subject=Subject("account", found.user_id), detail=detail)
