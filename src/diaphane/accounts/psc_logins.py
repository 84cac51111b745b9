"""Find the account of a professional whom Pro Santé Connect vouches for: it opens none itself (R18, R39)."""

from .models import Professional, User
from .pro_sante_connect import Vouched
from .psc_refusals import PscRefusedError


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
