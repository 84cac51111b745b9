"""What is done behind: series made ready for their readers, and the watch on the gateways."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from diaphane.kernel.clock import now

from .preparing import prepare_documents
from .watching import watch_gateways

PREPARED_AFTER_SECONDS = 2


@app.task(name="imaging.prepare_documents")
def prepare(*, study_id: str) -> None:
    """Write the documents of a study's series."""
    prepare_documents(UUID(study_id))


def prepare_soon(study_id: object) -> None:
    """Have the documents of a study written in a moment, once however many images come meanwhile."""
    job = prepare.configure(
        queueing_lock=f"prepare:{study_id}", schedule_in={"seconds": PREPARED_AFTER_SECONDS}
    )
    try:
        with transaction.atomic():  # a job that waits already is no error of the caller's transaction
            job.defer(study_id=str(study_id))
    except AlreadyEnqueued:
        return


@app.periodic(cron="* * * * *")
@app.task(name="imaging.watch_gateways", queueing_lock="imaging.watch_gateways")
def watch(timestamp: int) -> None:
    """Review every gateway, once a minute: one that says nothing cannot say so itself."""
    watch_gateways(at=now())
