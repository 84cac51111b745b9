"""Second factor and machine tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import DiaphaneError, GuardError, Missing

from .models import ServiceToken, User

LARGEST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=5)
_REFUSED = "second_factor.refused"


class TooManyTriesError(DiaphaneError):
    """Guessing is stopped for a while (R39)."""

    status_code = 429


def activate_totp(*, user: User, secret: str) -> None:
    """Bind a TOTP secret (base32) to an account (R39)."""
    TOTP.activate(user, secret)


def confirm_second_factor(*, user_id: UUID, code: str, by: Actor, at: datetime) -> None:
    """Check a fresh TOTP code before a signature (R39); a code serves once only.

    Raises:
        GuardError: the code is wrong, was used already, or no authenticator is bound.
        TooManyTriesError: too many wrong codes lately; even a right one is not looked at.
    """
    if count_refused_codes(user_id, since=at - TRIES_WITHIN) >= LARGEST_TRIES:
        raise TooManyTriesError(_("Too many wrong codes. Wait five minutes, then try again."))
    authenticator = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    is_right = authenticator is not None and authenticator.wrap().validate_code(code.strip().replace(" ", ""))
    with transaction.atomic():
        record(
            "second_factor.confirmed" if is_right else _REFUSED,
            by=by,
            at=at,
            subject=Subject("account", user_id),
        )
    if not is_right:
        raise GuardError(
            _("The second factor was not accepted."),
            [
                Missing(
                    "R39",
                    _("A new six-digit code from your authenticator; each code serves once."),
                    _("You"),
                    field="code",
                )
            ],
        )


def count_refused_codes(user_id: UUID, *, since: datetime) -> int:
    """Count the wrong codes of an account since an instant, as the trail keeps them."""
    return count_entries(_REFUSED, subject_id=user_id, since=since)


def issue_service_token(*, label: str, role: Role, structure_id: UUID) -> str:
    """Create a machine's token and return it; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    ServiceToken.objects.create(
        label=label, role=role.value, structure_id=structure_id, digest=digest_of(token)
    )
    return token


def digest_of(token: str) -> str:
    """Return the SHA-256 under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
