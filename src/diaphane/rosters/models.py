"""Shifts of imageurs; the database itself refuses that one person has two at once (R10, R135)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure

from .hand_over_models import HandOver as HandOver
from .hand_over_models import HandOverCase as HandOverCase


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Shifts that stand."""

    def standing(self) -> "ShiftQuerySet":
        """Leave out those that were cancelled."""
        return self.filter(cancelled_at=None)

    def of_structure(self, actor: Actor) -> "ShiftQuerySet":
        """Keep the shifts of the actor's structure."""
        return self.filter(structure_id=actor.structure_id) if actor.structure_id else self.none()


class Shift(models.Model):
    """One imageur on duty for their structure between two instants, and how they are reached then.

    The second line answers when the first says that it is saturated (``saturated_at``, R135). The exclusion
    constraint stands in the first migration.
    """

    class Kind(models.TextChoices):
        """How the person is on duty."""

        ON_SITE = "on_site", _("On site")
        ON_CALL = "on_call", _("On call at home")
        SECOND_LINE = "second_line", _("Second line")

    class Language(models.TextChoices):
        """Languages in which the person speaks with a patient or a team."""

        FRENCH = "fr", _("French")
        ENGLISH = "en", _("English")
        ARABIC = "ar", _("Arabic")
        SPANISH = "es", _("Spanish")
        PORTUGUESE = "pt", _("Portuguese")
        GERMAN = "de", _("German")
        ITALIAN = "it", _("Italian")
        TURKISH = "tr", _("Turkish")
        SIGNS = "fsl", _("French sign language")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="shifts")
    kind = models.CharField(max_length=12, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    phone = models.CharField(max_length=30)
    languages = ArrayField(models.CharField(max_length=3, choices=Language), default=list)
    made_by_label = models.CharField(max_length=150)
    cancelled_at = models.DateTimeField(null=True)
    saturated_at = models.DateTimeField(null=True)

    objects = ShiftQuerySet.as_manager()

    privacy = {
        "id": Privacy.TECHNICAL,
        **dict.fromkeys(
            (
                "user",
                "structure",
                "kind",
                "starts_at",
                "ends_at",
                "phone",
                "languages",
                "made_by_label",
                "cancelled_at",
                "saturated_at",
            ),
            Privacy.PROFESSIONAL,
        ),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["structure", "ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["on_site", "on_call", "second_line"]), name="shift_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_first_line(self) -> bool:
        """Say whether requests come to this person first."""
        return self.kind != self.Kind.SECOND_LINE

    @property
    def language_words(self) -> list[str]:
        """Return the languages, in words."""
        return [str(self.Language(each).label) for each in self.languages]
