"""What a site's archive is asked of a patient's earlier studies, when an exam is validated."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may


class PriorSearchState(models.TextChoices):
    """How far a search is."""

    ASKED = "asked", _("Asked of the site’s archive")
    FETCHING = "fetching", _("On their way from the site’s archive")
    DONE = "done", _("The site’s archive was searched")
    FAILED = "failed", _("The site’s archive does not answer: it is asked again")
    NO_ARCHIVE = "no_archive", _("The site’s gateway knows no archive")


class PriorSearchQuerySet(models.QuerySet["PriorSearch"]):
    """Searches, starting from who asks."""

    def visible_to(self, actor: Actor) -> "PriorSearchQuerySet":
        """Keep those of the gateway's own site."""
        if not may(actor, "gateway.priors") or actor.structure_id is None:
            return self.none()
        return self.filter(act__requesting_site_id=actor.structure_id).select_related("act__patient")


class PriorSearch(models.Model):
    """One search for one act: what the archive holds of the patient, and what was chosen among it.

    ``candidates`` are the studies whose identity the gateway has checked, as the archive describes them;
    ``chosen`` the identifiers of those to fetch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="prior_search")
    state = models.CharField(max_length=12, choices=PriorSearchState, default=PriorSearchState.ASKED)
    candidates = models.JSONField(default=list)
    chosen = models.JSONField(default=list)
    missing = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = PriorSearchQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "act", "state", "missing", "last_error", "asked_at", "changed_at"), Privacy.TECHNICAL
        ),
        "chosen": Privacy.IDENTIFYING,
        "candidates": Privacy.HEALTH,
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["asked_at"]
        indexes = [
            models.Index(fields=["state", "asked_at"]),
            # Asked for each study that comes for no exam: was it chosen in an archive?
            GinIndex(fields=["chosen"], name="prior_search_chosen"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PriorSearchState.values), name="prior_search_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.state
