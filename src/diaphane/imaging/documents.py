"""Tell documents from images: structured reports, key object selections and presentation states (PS3.4 B.5).

They are kept and opened with the images, and never counted, judged or shown as one.
"""

from django.db.models import Q

STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11."


def make_document_rule(path: str = "") -> Q:
    """Return the rule that keeps documents, the instance being reached by ``path`` (« instances__ »)."""
    key = f"{path}sop_class_uid__startswith"
    return Q(**{key: STRUCTURED_REPORTS}) | Q(**{key: PRESENTATION_STATES})


IS_DOCUMENT = make_document_rule()
IS_IMAGE = ~IS_DOCUMENT
