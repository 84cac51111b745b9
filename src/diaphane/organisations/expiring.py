"""Warn a professional 60 and 15 days before a proof ends, once each, by mail and on their page (R19).

Run as often as one likes: what was noted is not noted again, what failed to leave is tried again, and what an
outage let pass is made up for. The mail names the proof and its date, and nothing of any patient.
"""

from collections import defaultdict
from datetime import date, datetime
from itertools import chain

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.kernel.actors import Role

from .models import Credential, CredentialState, CredentialWarning, Membership
from .standings import weigh_points
from .warning_mails import choose_delay, mail_waiting, note_warning


def note_expiries(*, at: datetime) -> int:
    """Note each warning that is due and was not given; return how many. The nearest delay alone is given."""
    due = _list_due(timezone.localdate(at))
    return sum(note_warning(CredentialWarning, credential, days, at=at) for credential, days in due)


def mail_warnings(*, at: datetime) -> int:
    """Send every warning that has not left; return how many did."""
    return mail_waiting(CredentialWarning, _compose, at=at)


def _list_due(today: date) -> list[tuple[Credential, int]]:
    """List the checked proofs that are about to end and that no newer one replaces, with their delay."""
    points = chain.from_iterable(weigh_points(*each, on=today) for each in _list_brought())
    due = []
    for ending in (point.credential for point in points):
        if ending is None or ending.state != CredentialState.CHECKED or ending.expires_on is None:
            continue
        due += [(ending, days) for days in choose_delay((ending.expires_on - today).days)]
    return due


def _list_brought() -> list[tuple[list[Role], list[Credential]]]:
    """List, person by person, the roles held and the proofs brought."""
    roles, brought = defaultdict(list), defaultdict(list)
    for user_id, role in Membership.objects.held().values_list("user_id", "role"):
        roles[user_id].append(Role(role))
    for each in Credential.objects.filter(holder__is_active=True):
        brought[each.holder_id].append(each)
    return [(roles[holder_id], credentials) for holder_id, credentials in brought.items()]


def _compose(warning: CredentialWarning) -> EmailMessage:
    credential = warning.credential
    with override("fr"):
        subject = _("Diaphane: a proof of your professional file expires")
        body = _(
            "Hello,\n\n%(what)s: your proof runs until %(until)s. Without a newer one, checked by your "
            "structure, the steps that it opens are closed from the next day on.\n\n"
            "Bring the new one in “My professional file”:\n\n%(address)s\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "what": credential.get_kind_display(),
            "until": date_format(credential.expires_on or credential.issued_on, "j F Y"),
            "address": settings.BASE_URL,
        }
    return EmailMessage(subject, body, to=[credential.holder.email])
