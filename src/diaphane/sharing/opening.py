"""Open a link with the key of its mail and the code that was said aloud; five wrong codes lock it (R39)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.mailed_keys import trace_unknown_key
from diaphane.acts.operations import note
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.errors import DiaphaneError, NotAllowedError

from .keys import digest_of, is_code, is_well_formed, make_key
from .models import LinkState, SharedLink, Visit
from .visiting import actor_of

MOST_WRONG_CODES = 5
_OVER = {
    LinkState.LOCKED: _("This link was locked after wrong codes. Ask your colleague for another."),
    LinkState.EXPIRED: _("This link is over. Ask your colleague for another."),
    LinkState.DOUBTED: _("These images are closed for a moment: they are being checked. Ask your colleague."),
    LinkState.WITHDRAWN: _("This link is closed. Ask your colleague."),
    LinkState.REVOKED: _("This link was closed by who sent it. Ask your colleague."),
}


class WrongCodeError(NotAllowedError):
    """The code is not the one that was given."""


@dataclass(frozen=True)
class Opening:
    """A visit that begins, and the key by which its browser is recognised."""

    visit: Visit
    key: str


def open_link(*, key: str, code: str, at: datetime) -> Opening:
    """Begin a visit.

    Raises:
        WrongCodeError: the code is wrong; the message says how many tries are left.
        NotAllowedError: the link is unknown, or over; the message says which.
        TooManyTriesError: too many unknown links lately; a right one is still taken.
    """
    with transaction.atomic():
        links = SharedLink.objects.select_for_update(of=("self",)).select_related("act")
        link = links.filter(key_digest=digest_of(key)).first()
        outcome = _refuse_unknown(at) if link is None else _try(link, code, at)
    if isinstance(outcome, DiaphaneError):
        raise outcome  # outside of the transaction: a wrong code is counted and traced
    return outcome


def _try(link: SharedLink, code: str, at: datetime) -> Opening | DiaphaneError:
    over = _OVER.get(link.state_at(at))
    if over is not None:
        note(link.act, "link.refused", subject_type="link", subject_id=link.pk, by=SYSTEM, at=at)
        return NotAllowedError(over)
    if not is_well_formed(code):
        return WrongCodeError(_("The code has eight letters and digits."))
    return _begin_visit(link, at) if is_code(code, link.code_hash) else _count_wrong(link, at)


def _begin_visit(link: SharedLink, at: datetime) -> Opening:
    key = make_key()
    visit = Visit.objects.create(link=link, key_digest=digest_of(key), opened_at=at, last_seen_at=at)
    SharedLink.objects.filter(pk=link.pk).update(
        wrong_codes=0, opened_count=F("opened_count") + 1, last_opened_at=at
    )
    note(link.act, "link.opened", subject_type="link", subject_id=link.pk, by=actor_of(visit), at=at)
    return Opening(visit, key)


def _count_wrong(link: SharedLink, at: datetime) -> DiaphaneError:
    link.wrong_codes += 1
    left = MOST_WRONG_CODES - link.wrong_codes
    link.locked_at = None if left > 0 else at
    link.save(update_fields=["wrong_codes", "locked_at"])
    note(link.act, "link.wrong_code", subject_type="link", subject_id=link.pk, by=SYSTEM, at=at)
    if left > 0:
        return WrongCodeError(_("This is not the code. Tries left: %(left)d.") % {"left": left})
    note(link.act, "link.locked", subject_type="link", subject_id=link.pk, by=SYSTEM, at=at)
    _defer_lock_mail(link)
    return NotAllowedError(_OVER[LinkState.LOCKED])


def _refuse_unknown(at: datetime) -> DiaphaneError:
    unknown = NotAllowedError(_("This link is not known. Open it again from the mail that you received."))
    return trace_unknown_key("link.unknown", "link", at=at) or unknown


def _defer_lock_mail(link: SharedLink) -> None:
    from .jobs import mail_lock_soon  # jobs import what this module imports

    mail_lock_soon.defer(link_id=str(link.pk))
