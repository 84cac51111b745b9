"""The watch on the gateways: one that says nothing cannot say so itself."""

from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .watching import watch_gateways


@app.periodic(cron="* * * * *")
@app.task(name="imaging.watch_gateways", queueing_lock="imaging.watch_gateways")
def watch(timestamp: int) -> None:
    """Review every gateway, once a minute."""
    watch_gateways(at=now())
