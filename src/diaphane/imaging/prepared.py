"""Read metadata as it was prepared: a whole series as it is sent, or compressed pieces to put end to end."""

from typing import NamedTuple

from django.db import connection

from .models import Study

# In the database's own words: the pieces must come as they are kept, and building the query would cost
# more than running it.
_PREPARED = """
    SELECT instance.metadata, instance.has_bulk_data, series.series_instance_uid, instance.sop_instance_uid
    FROM imaging_instance AS instance JOIN imaging_series AS series ON series.id = instance.series_id
    WHERE series.study_id = %(study)s
        AND (%(series)s = '' OR series.series_instance_uid = %(series)s)
        AND (%(instance)s = '' OR instance.sop_instance_uid = %(instance)s)
    ORDER BY series.number, series.id, instance.number, instance.received_at
"""


_DOCUMENTS = {
    coding: f"""
        SELECT document.{column}
        FROM imaging_seriesdocument AS document
        JOIN imaging_series AS series ON series.id = document.series_id
        WHERE series.study_id = %s AND series.series_instance_uid = %s
    """  # noqa: S608
    for coding, column in (("deflate", "deflated"), ("zstd", "packed"))
}


class Prepared(NamedTuple):
    """The metadata of one instance: its piece, and whether long values were left at an address."""

    piece: bytes
    has_bulk_data: bool
    series_instance_uid: str
    sop_instance_uid: str


def list_prepared(
    study: Study, *, series_instance_uid: str = "", sop_instance_uid: str = ""
) -> list[Prepared]:
    """List the prepared metadata of a study, of one of its series, or of one instance, by number."""
    wanted = {"study": str(study.pk), "series": series_instance_uid, "instance": sop_instance_uid}
    with connection.cursor() as cursor:
        cursor.execute(_PREPARED, wanted)
        return [Prepared._make(row) for row in cursor.fetchall()]


def find_document(study: Study, series_instance_uid: str, *, coding: str) -> bytes | None:
    """Return the document of a series in a coding of HTTP, ``deflate`` or ``zstd``, once it is written."""
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS[coding], (str(study.pk), series_instance_uid))
        found = cursor.fetchone()
    return None if found is None else bytes(found[0])
