"""The agreement under which a site asks and a structure reads at a distance (R26)."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .structures import Structure


class ConventionState(models.TextChoices):
    """Where a convention stands: it opens acts once a person of each structure has signed it."""

    PROPOSED = "proposed", _("Awaits the other signature")
    AGREED = "agreed", _("Signed by both")
    ENDING = "ending", _("Signed by both; its end is asked for")
    ENDED = "ended", _("Ended before its term")
    DECLINED = "declined", _("Declined or withdrawn")


class Day(models.IntegerChoices):
    """Days of the week, and public holidays, whose hours replace those of their weekday.

    As labels, with a capital: without a context they would name Django's own days in the midst of sentences.
    """

    MONDAY = 0, pgettext_lazy("label", "Monday")
    TUESDAY = 1, pgettext_lazy("label", "Tuesday")
    WEDNESDAY = 2, pgettext_lazy("label", "Wednesday")
    THURSDAY = 3, pgettext_lazy("label", "Thursday")
    FRIDAY = 4, pgettext_lazy("label", "Friday")
    SATURDAY = 5, pgettext_lazy("label", "Saturday")
    SUNDAY = 6, pgettext_lazy("label", "Sunday")
    HOLIDAY = 7, _("Public holidays")


class ConventionQuerySet(models.QuerySet["Convention"]):
    """Conventions, from the actor's structure (R42)."""

    def visible_to(self, actor: Actor) -> "ConventionQuerySet":
        """Keep those that the actor's structure is a side of."""
        if actor.structure_id is None:
            return self.none()
        return self.filter(
            Q(requesting_site_id=actor.structure_id) | Q(reading_structure_id=actor.structure_id)
        )


class Convention(models.Model):
    """What is open between two structures: exams, roles and hours, between two dates, signed on both sides.

    A convention without any span runs at every hour. ``ends_on`` is the last day once both have agreed to
    end it before ``valid_until``.
    """

    class Modality(models.TextChoices):
        """The categories of exams that a convention can open."""

        CT = "CT", _("CT")
        MR = "MR", _("MRI")

    class Reader(models.TextChoices):
        """In which role the reading structure acts (R3)."""

        IMAGEUR = "imageur", _("Radiologist of remote exams")
        SECOND_EXPERT = "second_expert", _("Expert asked for a second opinion")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    requesting_site = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="conventions_as_site"
    )
    reading_structure = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="conventions_as_reader"
    )
    reference = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField()
    modalities = ArrayField(models.CharField(max_length=2, choices=Modality))
    readers = ArrayField(models.CharField(max_length=20, choices=Reader))
    state = models.CharField(max_length=10, choices=ConventionState, default=ConventionState.PROPOSED)
    document_key = models.CharField(max_length=80, blank=True)
    document_type = models.CharField(max_length=40, blank=True)
    proposed_by_structure_id = models.UUIDField(null=True)
    proposed_by_label = models.CharField(max_length=150, blank=True)
    proposed_at = models.DateTimeField(null=True)
    accepted_by_label = models.CharField(max_length=150, blank=True)
    accepted_at = models.DateTimeField(null=True)
    end_asked_by_structure_id = models.UUIDField(null=True)
    end_asked_by_label = models.CharField(max_length=150, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    end_wanted_on = models.DateField(null=True)
    ended_by_label = models.CharField(max_length=150, blank=True)
    ends_on = models.DateField(null=True)

    objects = ConventionQuerySet.as_manager()

    privacy = dict.fromkeys(
        (
            "id",
            "requesting_site",
            "reading_structure",
            "reference",
            "valid_from",
            "valid_until",
            "modalities",
            "readers",
            "state",
            "document_key",
            "document_type",
            "proposed_by_structure_id",
            "proposed_by_label",
            "proposed_at",
            "accepted_by_label",
            "accepted_at",
            "end_asked_by_structure_id",
            "end_asked_by_label",
            "end_reason",
            "end_wanted_on",
            "ended_by_label",
            "ends_on",
        ),
        Privacy.PROFESSIONAL,
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="convention_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(requesting_site=F("reading_structure")), name="convention_joins_two_structures"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ConventionState.values), name="convention_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ends_on__isnull=False), name="ended_convention_has_a_last_day"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_signed(self) -> bool:
        """Say whether both structures signed it; one that is ended still counts until its last day."""
        return self.state in {ConventionState.AGREED, ConventionState.ENDING, ConventionState.ENDED}

    @property
    def last_day(self) -> date:
        """Return the last day on which it runs."""
        return self.ends_on if self.ends_on and self.ends_on < self.valid_until else self.valid_until

    @property
    def modality_words(self) -> list[str]:
        """Return the categories of exams, in words."""
        return [str(self.Modality(each).label) for each in self.modalities]

    @property
    def reader_words(self) -> list[str]:
        """Return the roles, in words."""
        return [str(self.Reader(each).label) for each in self.readers]

    def is_in_force(self, on: date) -> bool:
        """Say whether the agreement is signed and runs on that day."""
        return self.is_signed and self.valid_from <= on <= self.last_day


class ConventionSpan(models.Model):
    """Hours at which a convention is open, each week: one that closes before it opens ends the next day."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="spans")
    day = models.PositiveSmallIntegerField(choices=Day)
    opens = models.TimeField()
    closes = models.TimeField()

    privacy = dict.fromkeys(("id", "convention", "day", "opens", "closes"), Privacy.PROFESSIONAL)
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["day", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(day__in=Day.values), name="convention_span_day_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"
