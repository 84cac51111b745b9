"""Find the account of a professional whom Pro Santé Connect vouches for: it opens none itself (R18, R39)."""

from datetime import datetime

from .models import Professional, PscLogin, User
from .pro_sante_connect import LEEWAY, Vouched
from .psc_refusals import PscRefusedError


def note_psc_login(*, user: User, vouched: Vouched, session_key: str, at: datetime) -> None:
    """Remember which session came from which login over there, to end it when that one ends."""
    PscLogin.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "issuer": vouched.issuer[:255],
            "subject": vouched.subject[:255],
            "over_there": vouched.over_there[:255],
            "opened_at": at,
        },
    )


def require_same_person(vouched: Vouched, *, user: User, since: float) -> None:
    """Weigh a confirmation: by the person who is logged in, made after it was asked (Core §3.1.2.1, §2).

    Raises:
        PscRefusedError: somebody else, or an earlier login, or none is said.
    """
    if not Professional.objects.filter(user=user, rpps=vouched.rpps).exists():
        raise PscRefusedError("another", user)
    if vouched.authenticated_at is None or vouched.authenticated_at < since - LEEWAY:
        raise PscRefusedError("stale", user)


def find_vouched(vouched: Vouched) -> User:
    """Return the account that has this RPPS number already.

    Raises:
        PscRefusedError: no account has it, or the one that has it is closed.
    """
    found = Professional.objects.select_related("user").filter(rpps=vouched.rpps).first()
    if found is None:
        raise PscRefusedError("unknown")
    if not found.user.is_active:
        raise PscRefusedError("closed", found.user)
    return found.user
