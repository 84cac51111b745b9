"""Warn of what expires, every hour: idempotent: an outage is made up for at the next turn (R17, R19)."""

from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .employing import cut_ended_roles
from .expiring import mail_warnings, note_expiries
from .papers.expiring import mail_paper_warnings, note_paper_expiries


@app.periodic(cron="7 * * * *")
@app.task(name="organisations.warn", queueing_lock="organisations.warn", pass_context=False)
def warn_of_expiries(timestamp: int) -> None:
    """Note what is due, then send what has not left."""
    note_expiries(at=now())
    mail_warnings(at=now())
    note_paper_expiries(at=now())
    mail_paper_warnings(at=now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="organisations.cut_roles", queueing_lock="organisations.cut_roles", pass_context=False)
def cut_roles(timestamp: int) -> None:
    """Close what roles that ended by their date had opened."""
    cut_ended_roles(at=now())
