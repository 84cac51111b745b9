"""Warn of what expires, every hour: idempotent, so that an outage is made up for at the next turn (R19)."""

from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .expiring import mail_warnings, note_expiries


@app.periodic(cron="7 * * * *")
@app.task(name="organisations.warn", queueing_lock="organisations.warn", pass_context=False)
def warn_of_expiries(timestamp: int) -> None:
    """Note what is due, then send what has not left."""
    note_expiries(at=now())
    mail_warnings(at=now())
