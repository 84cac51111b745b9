"""A study shown outside: the link as its team makes it, and its mail as it arrives."""

import re
from datetime import datetime
from uuid import uuid4

from django.core import mail

from diaphane.acts.models import Act
from diaphane.imaging.models import Study
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.sharing.mailing import mail_link
from diaphane.sharing.operations import Sent, share_study
from diaphane.sharing.terms import Recipient, Terms

NEUROSURGEON = Recipient(
    name="Dr Ysoline Carrel",
    profession="Neurochirurgienne",
    structure="CHU de Hautecombe",
    email="y.carrel@chu-hautecombe.example",
)
TERMS = Terms(purpose="Avis neurochirurgical", hours=24, with_report=False, agreement="patient")


def shared(
    act: Act,
    *,
    by: Actor,
    study: Study | None = None,
    recipient: Recipient = NEUROSURGEON,
    terms: Terms = TERMS,
    at: datetime | None = None,
) -> Sent:
    """Return a link to the act's own study, whose mail has not left."""
    study = study or Study.objects.get(act=act)
    return share_study(
        link_id=uuid4(), act=act, study=study, recipient=recipient, terms=terms, by=by, at=at or now()
    )


def receive_key(sent: Sent, *, at: datetime | None = None) -> str:
    """Have the mail of a link leave, and return the key that it carries."""
    mail_link(link_id=sent.link.pk, at=at or now())
    return key_in(str(mail.outbox[-1].body))


def key_in(body: str) -> str:
    """Return the key of the link in a mail's text."""
    found = re.search(r"/confrere/#(\S+)", body)
    assert found is not None, body
    return found[1]
