"""Why an answer of Pro Santé Connect opens nothing, in words that say what to do, and in the trail (R43)."""

from datetime import timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError

from .models import User

_FORGED = _(
    "This answer does not come from Pro Santé Connect as it should: nothing was opened. Start again; if it "
    "happens again, tell your structure."
)
_REASONS: dict[str, tuple[Promise, Promise]] = {
    "away": (
        _("Pro Santé Connect does not answer"),
        _("Try again in a few minutes, or log in with your password and your code."),
    ),
    "state": (
        _("This answer was not asked for here"),
        _(
            "It was asked for from another browser, or too long ago, or it served already. Start again from "
            "the login page."
        ),
    ),
    "cancelled": (
        _("You stopped at Pro Santé Connect"),
        _("Nothing was opened. Start again, or log in with your password and your code."),
    ),
    "declined": (
        _("Pro Santé Connect refused"),
        _("It gave no identity to this platform. Start again; if it happens again, tell your structure."),
    ),
    "code": (
        _("This answer served already, or is over"),
        _("An answer of Pro Santé Connect serves once, and soon. Start again from the login page."),
    ),
    "expired": (
        _("This answer is over"),
        _(
            "Start again from the login page; if it happens again, the clock of the platform is wrong: tell "
            "your structure."
        ),
    ),
    "acr": (
        _("This login at Pro Santé Connect is not strong enough"),
        _("Log in there with your e-CPS or your CPS card, which are two factors."),
    ),
    "nobody": (
        _("Pro Santé Connect did not say who you are"),
        _(
            "The answer holds no national identifier. Log in with your password and your code, and tell your"
            " structure."
        ),
    ),
    "not_rpps": (
        _("Your identity at Pro Santé Connect is not an RPPS number"),
        _(
            "Only professionals of the RPPS directory are recognised this way. Log in with your password and"
            " your code."
        ),
    ),
    "unknown": (
        _("Nobody here has your RPPS number"),
        _(
            "Pro Santé Connect recognised you, but no account here has your number: nothing was created. Ask"
            " the administrator of your structure to open your account, or to check the number written in "
            "it."
        ),
    ),
    "closed": (
        _("Your account is closed"),
        _("Pro Santé Connect recognised you, but your account here was closed. Ask your structure."),
    ),
    "another": (
        _("Somebody else answered at Pro Santé Connect"),
        _("You are logged in here under another number. Confirm with your own card or e-CPS."),
    ),
    "stale": (
        _("Pro Santé Connect did not ask you again"),
        _("This confirmation is an earlier one: it does not sign. Start again, or use your six-digit code."),
    ),
    "nonce": (_("This answer is not the one that was asked for"), _FORGED),
    "issuer": (_("This answer comes from somebody else"), _FORGED),
    "audience": (_("This answer is meant for another platform"), _FORGED),
    "signature": (_("This answer is not signed by Pro Santé Connect"), _FORGED),
    "person": (_("This answer speaks of two persons"), _FORGED),
}
REASONS = frozenset(_REASONS)
REFUSED = "login.psc_refused"
LOGOUT_REFUSED = "logout.psc_refused"
LARGEST_TOLD = 50
TOLD_WITHIN = timedelta(minutes=5)
_NOBODY = UUID(int=0)


class PscRefusedError(DiaphaneError):
    """Pro Santé Connect opens nothing; ``reason`` is written in the trail, ``advice`` is for the person."""

    status_code = 403

    def __init__(self, reason: str, account: User | None = None) -> None:
        message, self.advice = _REASONS[reason]
        super().__init__(message)
        self.reason = reason
        self.account = account
        if reason == "away":
            self.status_code = 503


class LogoutRefusedError(DiaphaneError):
    """A logout token is not believed; ``reason`` is in the trail, never in the answer (§2.8)."""

    def __init__(self, reason: str) -> None:
        super().__init__(_("This logout is not believed."))
        self.reason = reason


def record_refused_logout(error: LogoutRefusedError) -> None:
    """Write it in the trail; a flood of forged ones must not fill it."""
    at = now()
    if count_entries(LOGOUT_REFUSED, subject_id=_NOBODY, since=at - TOLD_WITHIN) < LARGEST_TOLD:
        subject = Subject("account", _NOBODY)
        record(LOGOUT_REFUSED, by=SYSTEM, at=at, subject=subject, detail={"reason": error.reason})


def record_refusal(error: PscRefusedError) -> None:
    """Write a refusal in the trail; a flood of forged answers must not fill it."""
    at = now()
    subject_id = error.account.pk if error.account else _NOBODY
    if count_entries(REFUSED, subject_id=subject_id, since=at - TOLD_WITHIN) < LARGEST_TOLD:
        subject = Subject("account", subject_id)
        record(REFUSED, by=SYSTEM, at=at, subject=subject, detail={"reason": error.reason})
