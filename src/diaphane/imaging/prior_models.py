"""Images made before an exam, elsewhere or earlier, that a person put beside it."""

from django.db import models
from django.db.models import Q

from diaphane.acts.models import Act
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class Prior(models.Model):
    """One study beside an act's own images: it opens to those of the act and never counts as its exam."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="priors")
    study = models.ForeignKey("imaging.Study", on_delete=models.PROTECT, related_name="prior_of")
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField()
    added_by_label = models.CharField(max_length=200)
    reason = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by_label = models.CharField(max_length=200, blank=True)
    ended_reason = models.TextField(blank=True)

    privacy = {
        **dict.fromkeys(("id", "act", "study", "added_at", "ended_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("added_by_id", "added_by_label", "ended_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("reason", "ended_reason"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "study"], condition=Q(ended_at=None), name="one_open_prior_per_act"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
