"""The checks of the images, played once a scanner has fallen silent for a moment."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from diaphane.acts.models import Act
from diaphane.imaging.checked import QUIET, is_receiving
from diaphane.kernel.clock import now

from .checking import check_exam_images
from .dose_reading import read_doses


@app.task(name="acquisition.check_images")
def check_images_of(*, act_id: str) -> None:
    """Read the dose of one act and judge its images; again a little later while images are still coming."""
    act, at = Act.objects.get(pk=UUID(act_id)), now()
    read_doses(act=act, at=at)
    check_exam_images(act=act, at=at)
    if is_receiving(act, at=at):
        check_soon(act.pk)


def check_soon(act_id: UUID) -> None:
    """Have the images of an act judged in a moment, once however many images come meanwhile."""
    job = check_images_of.configure(
        queueing_lock=f"check_images:{act_id}", schedule_in={"seconds": int(QUIET.total_seconds())}
    )
    try:
        with transaction.atomic():  # a job that waits already is no error of the caller's transaction
            job.defer(act_id=str(act_id))
    except AlreadyEnqueued:
        return
