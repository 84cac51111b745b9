"""Each minute the sealer chains what was written and a collector is sent it; each day is signed (R44)."""

from datetime import timedelta

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .forwarding import find_collector, forward_trail
from .keys import NoKeyError
from .operations import seal_entries
from .outside.syslog import CollectorError
from .signing import sign_day

_LOG = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal", pass_context=False)
def seal_audit_trail(timestamp: int) -> None:
    """Chain the entries written since the last run."""
    seal_entries()


# Every hour, and not at midnight only: a worker that was down signs as soon as it is back.
@app.periodic(cron="10 * * * *")
@app.task(name="audit.sign", queueing_lock="audit.sign", pass_context=False)
def sign_audit_trail(timestamp: int) -> None:
    """Sign the day that has ended, unless it is signed; without a key, say so and sign nothing."""
    at = now()
    try:
        sign_day(day=timezone.localdate(at) - timedelta(days=1), at=at)
    except NoKeyError:
        _LOG.error("audit_key_missing")


@app.periodic(cron="* * * * *")
@app.task(name="audit.forward", queueing_lock="audit.forward", pass_context=False)
def forward_audit_trail(timestamp: int) -> None:
    """Send the collector what was sealed since; what it does not take waits for the next minute."""
    collector = find_collector()
    if collector is None:
        return
    try:
        forward_trail(collector=collector, at=now())
    except CollectorError as error:
        _LOG.error("audit_collector_failed", reason=str(error))
