"""Structures, who works there in which role, and their rooms."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role
from diaphane.kernel.identifiers import is_valid_finess, uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.holidays_of import HolidayZone


def validate_finess(value: str) -> None:
    """Refuse a FINESS number whose length or key is wrong."""
    if not is_valid_finess(value):
        raise ValidationError(_("This FINESS number is not valid (9 digits with their key)."))


class Structure(models.Model):
    """A hospital, an imaging centre or a group that reads at a distance.

    ``lead_technologist_email`` is told, without any health data, when the site's gateway needs a person.
    ``part_of`` is the structure of which it is a site; ``commune``, its INSEE code.
    ``holiday_zone`` says which public holidays its territory keeps: hours of conventions depend on it (R26).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=150, unique=True)
    finess = models.CharField("FINESS", max_length=9, unique=True, validators=[validate_finess])
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="sites")
    commune = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    lead_technologist_email = models.EmailField(blank=True)
    issuer = models.CharField(max_length=64, unique=True)
    holiday_zone = models.CharField(max_length=3, choices=HolidayZone, default="", blank=True)

    privacy = {
        **dict.fromkeys(
            ("id", "name", "finess", "part_of", "commune", "city", "phone", "issuer", "holiday_zone"),
            Privacy.PROFESSIONAL,
        ),
        "lead_technologist_email": Privacy.PROFESSIONAL,
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(part_of=F("id")), name="structure_is_no_site_of_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Roles that people have, had or will have."""

    def held(self) -> "MembershipQuerySet":
        """Keep the roles that are held now, by the clock of the database: begun and not ended."""
        begun = Q(starts_at=None) | Q(starts_at__lte=Now())
        return self.filter(begun & (Q(ends_at=None) | Q(ends_at__gt=Now())))

    def unended(self) -> "MembershipQuerySet":
        """Keep the roles that are held now or will be."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))


class Membership(models.Model):
    """One role of one person at one structure, from one instant to another (R41).

    Without ``starts_at`` it is as old as the account; ``cut_at`` says that what it had opened was closed.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        max_length=40, choices=[(role.value, role.value) for role in Role if role.is_professional]
    )

    is_intern = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    cut_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "user", "structure", "role", "is_intern", "starts_at", "ends_at"), Privacy.PROFESSIONAL
        ),
        "cut_at": Privacy.TECHNICAL,
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "structure", "role"], condition=Q(ends_at=None), name="one_membership"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="membership_ends_after_its_start",
            ),
            # Machines hold tokens and patients their own account: neither is employed.
            models.CheckConstraint(
                condition=Q(role__in=sorted(PROFESSIONAL_ROLES)), name="membership_of_a_professional"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.structure}"

    @property
    def word(self) -> Promise:
        """Return the role in words."""
        return Role(self.role).label

    @property
    def last_day(self) -> date | None:
        """Return the last day of the role, where it has one: its end is the next midnight, or an instant."""
        if self.ends_at is None:
            return None
        return timezone.localdate(self.ends_at - timedelta(microseconds=1))

    def is_held_at(self, at: datetime) -> bool:
        """Say whether the role is held at an instant."""
        return (self.starts_at is None or self.starts_at <= at) and not self.has_ended_at(at)

    def has_ended_at(self, at: datetime) -> bool:
        """Say whether the role is over at an instant."""
        return self.ends_at is not None and self.ends_at <= at


class Room(models.Model):
    """An examination room with its modality, as the worklist names it.

    ``buffer_minutes`` is kept free after each exam, to clean and to get ready.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=80)
    modality = models.CharField(max_length=2, choices=[("CT", _("CT")), ("MR", _("MRI"))])
    station_ae_title = models.CharField(max_length=16)
    device = models.CharField(max_length=120)
    buffer_minutes = models.PositiveSmallIntegerField(default=0)

    privacy = dict.fromkeys(
        ("id", "structure", "name", "modality", "station_ae_title", "device", "buffer_minutes"),
        Privacy.TECHNICAL,
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "station_ae_title"], name="one_station_per_structure"
            ),
        ]

    def __str__(self) -> str:
        return self.name
