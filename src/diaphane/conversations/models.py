"""The thread of an act: what its people say to each other, in the order they said it (R72, R80)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import TRACED_PRIVACY, Traced
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class Message(Traced):
    """One message of an act's thread; it is never changed nor removed."""

    class Kind(models.TextChoices):
        """What the message does."""

        REMARK = "remark", _("Message")
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()

    privacy = {**TRACED_PRIVACY, "kind": Privacy.TECHNICAL, "text": Privacy.HEALTH}
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["act", "id"])]

    def __str__(self) -> str:
        return str(self.pk)
