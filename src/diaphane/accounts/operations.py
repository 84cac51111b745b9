"""Second factor, asked again before what binds, and machine tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import DiaphaneError, GuardError, Missing

from .codes import Outcome, find_totp, spend_totp
from .models import ServiceToken, User
from .passkeys import spend_passkey
from .psc_proofs import MARK, spend_proof
from .scopes import USUAL

LARGEST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=5)
_REFUSED = "second_factor.refused"
# What was right once is no guess: a second window of the same person does not count against them.
_NAMES = {
    Outcome.RIGHT: "second_factor.confirmed",
    Outcome.WRONG: _REFUSED,
    Outcome.USED: "second_factor.replayed",
}


class Factor(StrEnum):
    """What proved who is there."""

    TOTP = "totp"
    PASSKEY = "passkey"
    PRO_SANTE_CONNECT = "pro_sante_connect"


class TooManyTriesError(DiaphaneError):
    """Guessing is stopped for a while (R39)."""

    status_code = 429


_WANTED = {
    Outcome.WRONG: _("A new six-digit code from your authenticator, or your passkey; each serves once."),
    Outcome.USED: _("This code was already used. Wait for the next one: thirty seconds at most."),
}
_WANTED_OF_PASSKEY = {
    Outcome.WRONG: _("Your passkey was not recognised. Try again, or use a six-digit code."),
    Outcome.USED: _(
        "This answer of your passkey was already used, or came too late. Use your passkey again."
    ),
}


def activate_totp(*, user: User, secret: str) -> None:
    """Bind a TOTP secret (base32) to an account (R39)."""
    TOTP.activate(user, secret)


def confirm_second_factor(*, user_id: UUID, code: str, by: Actor, at: datetime) -> Factor:
    """Check a fresh second factor before what binds (R39): it serves once. Return which one it was.

    ``code`` is what the page sent: six digits, the answer of a passkey (JSON), or the word that stands for a
    confirmation by Pro Santé Connect.

    Raises:
        GuardError: it is wrong, was used already, or nothing is bound to the account.
        TooManyTriesError: too many wrong ones lately; even a right one is not looked at.
    """
    if count_refused_codes(user_id, since=at - TRIES_WITHIN) >= LARGEST_TRIES:
        raise TooManyTriesError(_("Too many wrong codes. Wait five minutes, then try again."))
    factor = _name_factor(code)
    outcome = _spend(User.objects.get(pk=user_id), code, factor)
    with transaction.atomic():
        record(
            _NAMES[outcome],
            by=by,
            at=at,
            subject=Subject("account", user_id),
            detail={"factor": factor.value, "outcome": outcome.value},
        )
    if outcome is not Outcome.RIGHT:
        raise _refuse(outcome, factor)
    return factor


def count_refused_codes(user_id: UUID, *, since: datetime) -> int:
    """Count the wrong codes of an account since an instant, as the trail keeps them."""
    return count_entries(_REFUSED, subject_id=user_id, since=since)


def issue_service_token(
    *, label: str, role: Role, structure_id: UUID, scope: str = "", expires_at: datetime | None = None
) -> str:
    """Create a machine's token and return it; only its digest is kept."""
    token = make_token()
    ServiceToken.objects.create(
        label=label,
        role=role.value,
        structure_id=structure_id,
        scope=scope or USUAL[role],
        digest=digest_of(token),
        expires_at=expires_at,
    )
    return token


def make_token() -> str:
    """Return a new random token (256 bits)."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return the SHA-256 under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _name_factor(code: str) -> Factor:
    if code.startswith(MARK):
        return Factor.PRO_SANTE_CONNECT
    return Factor.PASSKEY if code.lstrip().startswith("{") else Factor.TOTP


def _spend(user: User, code: str, factor: Factor) -> Outcome:
    if factor is Factor.PASSKEY:
        return spend_passkey(user=user, answer=code)
    if factor is Factor.PRO_SANTE_CONNECT:
        return spend_proof(user=user, answer=code)
    application = find_totp(user)
    return spend_totp(application, code) if application else Outcome.WRONG


def _refuse(outcome: Outcome, factor: Factor) -> GuardError:
    if factor is Factor.PRO_SANTE_CONNECT:
        what = _("A new confirmation by Pro Santé Connect: it serves once, within three minutes.")
        missing = [Missing("R39", what, _("You"), field="code")]
        return GuardError(_("The second factor was not accepted."), missing)
    wanted = _WANTED if factor is Factor.TOTP else _WANTED_OF_PASSKEY
    message = _("This code was already used.") if outcome is Outcome.USED else None
    return GuardError(
        message or _("The second factor was not accepted."),
        [Missing("R39", wanted[outcome], _("You"), field="code")],
    )
