"""The sealer: one job every minute chains what was written since."""

from procrastinate.contrib.django import app

from .operations import seal_entries


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal", pass_context=False)
def seal_audit_trail(timestamp: int) -> None:
    """Chain the entries written since the last run."""
    seal_entries()
