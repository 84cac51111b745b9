"""One-time codes: a clock may drift by one step, and each step serves once all the same (RFC 6238 §5.2, §6).

The last step that served is kept with the secret, behind the row's lock: no two requests spend the same
code, and none comes back when a cache is emptied.
"""

import hmac
from enum import StrEnum

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from .models import User

_LAST = "last_step"


class Outcome(StrEnum):
    """What becomes of a second factor that is given."""

    RIGHT = "right"
    USED = "used"
    WRONG = "wrong"


def find_totp(user: User) -> Authenticator | None:
    """Return what is kept of the authenticator application of an account, if one is bound."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def spend_totp(authenticator: Authenticator, code: str) -> Outcome:
    """Weigh six digits against the application's secret; a right code is spent by this."""
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        steps = _list_steps(held, code)
        if not steps:
            return Outcome.WRONG
        fresh = [step for step in steps if step > held.data.get(_LAST, 0)]
        if not fresh:
            return Outcome.USED
        held.data[_LAST] = min(fresh)
        held.save(update_fields=["data"])
    return Outcome.RIGHT


def is_totp_spent(authenticator: Authenticator, code: str) -> bool:
    """Say whether these digits have served already."""
    last = authenticator.data.get(_LAST, 0)
    steps = _list_steps(authenticator, code)
    return bool(steps) and max(steps) <= last


def spend_login_code(user: User, code: str) -> tuple[Outcome, Authenticator | None]:
    """Weigh what is typed at login: digits of the application, else a recovery code; say which one it was."""
    application = find_totp(user)
    outcome = spend_totp(application, code) if application else Outcome.WRONG
    if outcome is not Outcome.WRONG:
        return outcome, application
    recovery = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if recovery is not None and recovery.wrap().validate_code(_plain(code)):
        return Outcome.RIGHT, recovery
    return Outcome.WRONG, application or recovery


def _list_steps(authenticator: Authenticator, code: str) -> list[int]:
    """List the steps, around now, whose digits these are."""
    secret, given = decrypt(authenticator.data["secret"]), _plain(code).encode()
    return [
        step
        for step in yield_hotp_counters_from_time()
        if hmac.compare_digest(given, format_hotp_value(hotp_value(secret, step)).encode())
    ]


def _plain(code: str) -> str:
    return code.strip().replace(" ", "")
