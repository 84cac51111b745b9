"""Close the accesses in an emergency whose time is over, so that every process forgets them."""

from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .emergencies import end_those_over


@app.periodic(cron="* * * * *")
@app.task(name="acts.end_emergencies", queueing_lock="acts.end_emergencies", pass_context=False)
def end_emergencies(timestamp: int) -> None:
    """Close what is over."""
    end_those_over(at=now())
