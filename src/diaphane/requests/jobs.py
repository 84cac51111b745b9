"""The watch on review leases."""

from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .operations import release_expired_leases


@app.periodic(cron="* * * * *")
@app.task(name="requests.release_expired_leases", queueing_lock="requests.release_expired_leases")
def watch_leases(timestamp: int) -> None:
    """Put back on the list what an imageur took and left."""
    release_expired_leases(at=now())
