"""A template of a site: an exam asked for often, with the words that come with it."""

from django.db import models

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure

from .catalogue import CATALOGUE, CatalogueExam


class RequestTemplateQuerySet(models.QuerySet["RequestTemplate"]):
    """Templates, starting from who asks."""

    def visible_to(self, actor: Actor) -> "RequestTemplateQuerySet":
        """Keep those of the site where the actor writes requests."""
        if actor.structure_id is None or not may(actor, "request.write"):
            return self.none()
        return self.filter(site_id=actor.structure_id)

    def in_use(self) -> "RequestTemplateQuerySet":
        """Keep those that nobody put away."""
        return self.filter(archived_at=None)


class RequestTemplate(models.Model):
    """A name, an exam, and what is usually written with it: never anything of a patient, never of safety."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    exam_code = models.CharField(max_length=30)
    question = models.TextField(blank=True)
    justification = models.TextField(blank=True)
    protocol_wishes = models.TextField(blank=True)
    written_by_id = models.UUIDField()
    written_by_label = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects = RequestTemplateQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "site",
                "name",
                "exam_code",
                "question",
                "justification",
                "protocol_wishes",
                "written_at",
                "archived_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("written_by_id", "written_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=models.Q(archived_at=None),
                name="one_template_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def exam(self) -> CatalogueExam | None:
        """Return the exam of the catalogue."""
        return CATALOGUE.get(self.exam_code)
