"""To whom a study is shown and under which terms; what is missing before it may be (R49, CSP L1110-4)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import Missing

from .models import SharedLink

DURATIONS = (24, 72, 168)
"""Hours that a link may last; the first is the usual one."""
PERSONAL_MAIL = frozenset(
    {
        "bbox.fr",
        "free.fr",
        "gmail.com",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "live.fr",
        "numericable.fr",
        "orange.fr",
        "outlook.com",
        "outlook.fr",
        "sfr.fr",
        "wanadoo.fr",
        "yahoo.com",
        "yahoo.fr",
    }
)
"""Domains where people keep their private mail: what is professional does not go there (R49)."""
AGREEMENT_MISSING = _("The patient's agreement: a professional outside the care team sees nothing without it")
_CARE, _CONFIDENTIAL, _MAIL = "CSP L1110-4", "R42", "R49"


@dataclass(frozen=True)
class Recipient:
    """A professional who has no account here."""

    name: str
    profession: str
    structure: str
    email: str


@dataclass(frozen=True)
class Terms:
    """Why a study is shown, for how long, with its report or not, and what the patient said."""

    purpose: str
    hours: int
    with_report: bool
    agreement: str


def list_missing(recipient: Recipient, terms: Terms, *, is_own_study: bool) -> list[Missing]:
    """List what a link still waits for, each with the field that holds it."""
    return [*_weigh_agreement(terms), *_weigh_recipient(recipient), *_weigh_terms(terms, is_own_study)]


def _weigh_agreement(terms: Terms) -> Iterator[Missing]:
    if terms.agreement not in SharedLink.Agreement.values:
        yield _miss(_CARE, "agreement", AGREEMENT_MISSING)


def _weigh_recipient(recipient: Recipient) -> Iterator[Missing]:
    for name, words in (
        ("name", _("The name of who will see these images")),
        ("profession", _("Their profession")),
        ("structure", _("Where they practise")),
    ):
        if not getattr(recipient, name).strip():
            yield _miss(_CONFIDENTIAL, f"recipient_{name}", words)
    yield from _weigh_address(recipient.email.strip())


def _weigh_address(email: str) -> Iterator[Missing]:
    try:
        validate_email(email)
    except ValidationError:
        yield _miss(_MAIL, "recipient_email", _("Their professional e-mail address"))
        return
    if email.rpartition("@")[2].lower() in PERSONAL_MAIL:
        yield _miss(_MAIL, "recipient_email", _("A professional address: this one is a personal mailbox's"))


def _weigh_terms(terms: Terms, is_own_study: bool) -> Iterator[Missing]:
    if not terms.purpose.strip():
        yield _miss(_CONFIDENTIAL, "purpose", _("Why these images are shown"))
    if terms.hours not in DURATIONS:
        yield _miss(_CONFIDENTIAL, "hours", _("For how long: seven days at most"))
    if terms.with_report and not is_own_study:
        yield _miss(
            _CONFIDENTIAL, "with_report", _("The report speaks of the exam, not of these earlier images")
        )


def _miss(requirement: str, field: str, what: object) -> Missing:
    return Missing(requirement, what, _("You"), field=field)  # type: ignore[arg-type]
