"""Images closed because a person doubts that they are this patient's (R40)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may


class QuarantineQuerySet(models.QuerySet["Quarantine"]):
    """Quarantines, starting from who asks."""

    def visible_to(self, actor: Actor) -> "QuarantineQuerySet":
        """Keep those of the acts open to this technologist or imageur: no one else hears of the doubt."""
        if not may(actor, "images.quarantine"):
            return self.none()
        return self.filter(act_id__in=list_act_ids(actor)).select_related("act", "study")

    def still_open(self) -> "QuarantineQuerySet":
        """Keep those that nobody has lifted."""
        return self.filter(lifted_at=None)


class Quarantine(models.Model):
    """One doubt about the images of a study: while it is open, only those who can settle it see them.

    ``series`` names the series that are doubted, none of them the whole study. The whole study is closed
    either way: where one series is another patient's, nobody knows yet of the others.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey("imaging.Study", on_delete=models.PROTECT, related_name="quarantines")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="quarantines")
    series = ArrayField(models.TextField(), default=list)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    opened_by_id = models.UUIDField()
    opened_by_label = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by_label = models.CharField(max_length=200, blank=True)
    lifted_reason = models.TextField(blank=True)

    objects = QuarantineQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(("id", "study", "act", "opened_at", "lifted_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("opened_by_id", "opened_by_label", "lifted_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("series", "reason", "lifted_reason"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["study"], condition=Q(lifted_at=None), name="one_open_quarantine_per_study"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def not_closed_to(actor: Actor, *, study: str = "pk") -> Q:
    """Return what leaves out the studies in quarantine, of an act's own, for whoever cannot settle the doubt.

    ``study`` is the path from the rows asked for to their study.
    """
    return Q() if may(actor, "images.quarantine") else not_doubted(study=study)


def not_doubted(*, study: str = "pk") -> Q:
    """Return what leaves out the studies in quarantine for everyone: so it is beside another act."""
    return ~Q(Exists(Quarantine.objects.still_open().filter(study=OuterRef(study))))
