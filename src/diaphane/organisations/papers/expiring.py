"""Warn a site 60 and 15 days before a paper ends, once each, by mail to its administrators (R17).

As for proofs: what was noted is not noted again, what failed is tried again, an outage is made up for.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.kernel.actors import Role
from diaphane.organisations.models import Paper, PaperKind, PaperState, PaperWarning
from diaphane.organisations.queries import list_addresses
from diaphane.organisations.warning_mails import choose_delay, mail_waiting, note_warning

from .force import weigh_paper


def note_paper_expiries(*, at: datetime) -> int:
    """Note each warning that is due and was not given; return how many."""
    return sum(note_warning(PaperWarning, paper, days, at=at) for paper, days in _list_due(at))


def mail_paper_warnings(*, at: datetime) -> int:
    """Send every warning that has not left; return how many did."""
    return mail_waiting(PaperWarning, _compose, at=at)


def _list_due(at: datetime) -> list[tuple[Paper, int]]:
    """List the papers in force that are about to end, with their delay."""
    today = timezone.localdate(at)
    brought: dict[tuple[UUID, PaperKind], list[Paper]] = {}
    for each in Paper.objects.exclude(state=PaperState.WITHDRAWN).defer("body"):
        brought.setdefault((each.site_id, PaperKind(each.kind)), []).append(each)
    due = []
    for (_site_id, kind), papers in brought.items():
        paper = weigh_paper(kind, papers, on=today).paper
        if paper is not None and paper.expires_on is not None:
            due += [(paper, days) for days in choose_delay((paper.expires_on - today).days)]
    return due


def _compose(warning: PaperWarning) -> EmailMessage:
    paper = warning.paper
    with override("fr"):
        subject = _("Diaphane: a paper of your site expires")
        body = _(
            "Hello,\n\n%(what)s (%(site)s): the version in force runs until %(until)s. Without a newer one, "
            "approved by another person than its author, what it opens is closed from the next day on.\n\n"
            "Write the next version in “Papers”:\n\n%(address)s\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "what": paper.get_kind_display(),
            "site": paper.site.name,
            "until": date_format(paper.expires_on, "j F Y") if paper.expires_on else "",
            "address": settings.BASE_URL,
        }
    return EmailMessage(subject, body, to=list_addresses(paper.site_id, Role.ADMINISTRATOR))
