"""The metadata of a whole series, made ready in the moment after its images came."""

from django.db import models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class SeriesDocument(models.Model):
    """The DICOM JSON model of every instance of a series, as it is sent (PS3.18 §10.4.1.1.2).

    ``deflated`` is a zlib stream, ``packed`` a Zstandard frame (RFC 8878): what different clients accept. It
    goes when an image comes to the study or leaves it, and is made again by a job; meanwhile the pieces of
    the instances are put end to end.
    """

    series = models.OneToOneField(
        "imaging.Series", on_delete=models.PROTECT, primary_key=True, related_name="document"
    )
    deflated = models.BinaryField()
    packed = models.BinaryField()

    privacy = {
        "series": Privacy.TECHNICAL,
        **dict.fromkeys(("deflated", "packed"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    def __str__(self) -> str:
        return str(self.pk)
