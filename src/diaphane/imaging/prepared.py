"""Read metadata as it was prepared at arrival: compressed pieces, put end to end by who answers them."""

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
