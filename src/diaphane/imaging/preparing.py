"""Write the document of each series of a study once its images have come."""

import zlib
from collections.abc import Iterable
from uuid import UUID

import imagecodecs
from django.db import transaction

from .deflated import inflate
from .models import Study
from .prepared import Prepared, list_prepared
from .series_documents import SeriesDocument

FEWEST = 16
"""With fewer instances, putting their pieces end to end is as quick."""
_LEVEL = 9


def prepare_documents(study_id: UUID) -> None:
    """Write the documents that are missing.

    The study is locked as by whoever stores or moves its images (``count_again``): a document is never of
    images that are no longer those of the series.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).filter(pk=study_id).first()
        if study is None:  # its images joined another one
            return
        missing = study.series.filter(document=None, number_of_instances__gte=FEWEST)
        for pk, uid in missing.values_list("pk", "series_instance_uid"):
            document = _write(list_prepared(study, series_instance_uid=uid))
            if document is not None:
                deflated, packed = zlib.compress(document, _LEVEL), imagecodecs.zstd_encode(document, _LEVEL)
                SeriesDocument.objects.create(series_id=pk, deflated=deflated, packed=packed)


def _write(instances: list[Prepared]) -> bytes | None:
    """Return the document, or None where an address must be written in it for who asks."""
    if any(each.has_bulk_data for each in instances):
        return None
    return b"[" + b",".join(inflate(each.piece).encode() for each in instances) + b"]"


def forget_documents(study_ids: Iterable[object]) -> None:
    """Remove the documents of studies, in the transaction that changes their images and has locked them."""
    SeriesDocument.objects.filter(series__study__in=list(study_ids)).delete()
