"""Who stands beside a patient: a person of their own, in which quality, what the patient allows (R40, R57).

A person may stand for several patients, a mother for her two children. Nothing here is erased before the
record is: a bond ends by a date and a reason.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.words import fold
from diaphane.patients.qualities import ALLOWED, PAPERS_OF, Matter, Paper, Quality

from .patient import Patient
from .validation import Checks, check_together, validate_name, validate_phone

RELATED_TRAITS = ("birth_name", "used_name", "first_names", "phone", "email", "language")


class RelatedPerson(models.Model):
    """Somebody who is not the patient: how they are called and reached, and nothing else.

    ``former`` keeps what was written before each correction: when, by whom, the values (R38).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    birth_name = models.CharField(_("Birth name"), max_length=100)
    used_name = models.CharField(_("Used name, if it differs"), max_length=100, blank=True)
    first_names = models.CharField(_("Given name"), max_length=150)
    phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    email = models.EmailField(_("E-mail address"), blank=True)
    language = models.CharField(_("Language spoken, when it is not French"), max_length=40, blank=True)
    # The names folded, by which somebody known already is found: the database folds no accents.
    name_key = models.CharField(max_length=260, editable=False, db_index=True)
    former = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(editable=False)

    privacy = {
        **dict.fromkeys((*RELATED_TRAITS, "name_key", "former"), Privacy.IDENTIFYING),
        **dict.fromkeys(("id", "created_at"), Privacy.TECHNICAL),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["birth_name", "first_names"]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key in step with the names."""
        self.name_key = fold(f"{self.birth_name} {self.first_names}")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse names and a telephone that nobody has, all of them at once."""
        names = ("birth_name", "used_name", "first_names")
        checks: Checks = {**dict.fromkeys(names, validate_name), "phone": validate_phone}
        check_together(self, checks)

    @property
    def display_name(self) -> str:
        """Return the name as it is said: used or birth name, then the given name."""
        return f"{(self.used_name or self.birth_name).upper()} {self.first_names}"


class Relationship(models.Model):
    """One bond: who stands for which patient, in which quality, from when to when, on which paper."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="relationships")
    person = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, related_name="relationships")
    quality = models.CharField(max_length=12, choices=Quality)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField()
    added_by_label = models.CharField(max_length=200)
    structure_label = models.CharField(max_length=200, blank=True)
    paper = models.CharField(max_length=20, choices=Paper, blank=True)
    paper_seen_at = models.DateTimeField(null=True)
    paper_seen_by_id = models.UUIDField(null=True)
    paper_seen_by_label = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)
    ended_by_label = models.CharField(max_length=200, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    privacy = {
        **dict.fromkeys(("id", "added_at", "paper_seen_at", "ended_at"), Privacy.TECHNICAL),
        **dict.fromkeys(
            ("patient", "person", "quality", "starts_on", "ends_on", "paper", "ended_reason"),
            Privacy.IDENTIFYING,
        ),
        **dict.fromkeys(
            (
                "added_by_id",
                "added_by_label",
                "structure_label",
                "paper_seen_by_id",
                "paper_seen_by_label",
                "ended_by_id",
                "ended_by_label",
            ),
            Privacy.PROFESSIONAL,
        ),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "person", "quality"],
                condition=Q(ended_at=None),
                name="one_relationship_of_a_quality",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="relationship_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(paper="", paper_seen_at=None) | ~Q(paper="") & Q(paper_seen_at__isnull=False),
                name="relationship_paper_was_seen",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_reason="") | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="relationship_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.quality}"

    def is_in_force(self, *, on: date) -> bool:
        """Say whether the bond counts on a day: a parent's authority ends by itself with childhood."""
        is_over = self.ended_at is not None or (self.ends_on is not None and on > self.ends_on)
        if is_over or on < self.starts_on:
            return False
        return self.quality != Quality.PARENT or self.patient.is_minor_on(on)

    def answers(self, *, on: date) -> bool:
        """Say whether this person answers a consent that day, their paper seen or still to be seen (R57)."""
        return self.is_in_force(on=on) and Matter.ANSWER in ALLOWED[Quality(self.quality)].by_law

    def list_allowed(self, *, on: date) -> list[Matter]:
        """List what is allowed that day: by law once the paper was seen, and what the patient grants."""
        if not self.is_in_force(on=on):
            return []
        allowed = ALLOWED[Quality(self.quality)]
        granted = {each.matter for each in self.grants.all() if each.revoked_at is None}
        by_law = frozenset() if self.lacks_paper else allowed.by_law
        return [each for each in Matter if each in by_law or (each in allowed.by_grant and each in granted)]

    @property
    def lacks_paper(self) -> bool:
        """Say whether the quality is only said so far: nobody has seen the paper that proves it."""
        return bool(PAPERS_OF[Quality(self.quality)]) and not self.paper

    @property
    def title(self) -> str:
        """Return the name and the quality, as an answer names who gave it."""
        return f"{self.person.display_name} ({self.get_quality_display()})"


class RelationshipGrant(models.Model):
    """One matter that the patient opens to somebody, since when, until when; by whom it was written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="grants")
    matter = models.CharField(max_length=12, choices=Matter)
    granted_at = models.DateTimeField()
    granted_by_id = models.UUIDField()
    granted_by_label = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.UUIDField(null=True)
    revoked_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(("id", "granted_at", "revoked_at"), Privacy.TECHNICAL),
        **dict.fromkeys(
            (
                "relationship",
                "matter",
                "granted_by_id",
                "granted_by_label",
                "revoked_by_id",
                "revoked_by_label",
            ),
            Privacy.IDENTIFYING,
        ),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["granted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "matter"], condition=Q(revoked_at=None), name="one_grant_of_a_matter"
            ),
        ]

    def __str__(self) -> str:
        return self.matter
