"""Files of the store that are to go: written down with the decision, struck out once each is gone (R37)."""

from django.db import models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class ErasedFile(models.Model):
    """One file whose row is gone and which is going: by its key alone, and the decision that it follows.

    While it is here, the file is no truth to rebuild an index from.
    """

    key = models.CharField(max_length=200, primary_key=True)
    decision_id = models.UUIDField(db_index=True)

    privacy = dict.fromkeys(("key", "decision_id"), Privacy.TECHNICAL)
    processing = Processing.RIGHTS

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
