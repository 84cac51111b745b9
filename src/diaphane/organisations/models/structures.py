"""Structures, who works there in which role, and their rooms."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
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
    ``holiday_zone`` says which public holidays its territory keeps: hours of conventions depend on it (R26).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=150, unique=True)
    finess = models.CharField("FINESS", max_length=9, unique=True, validators=[validate_finess])
    city = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    lead_technologist_email = models.EmailField(blank=True)
    issuer = models.CharField(max_length=64, unique=True)
    holiday_zone = models.CharField(max_length=3, choices=HolidayZone, default="", blank=True)

    privacy = dict.fromkeys(
        ("id", "name", "finess", "city", "phone", "lead_technologist_email", "issuer", "holiday_zone"),
        Privacy.PROFESSIONAL,
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person at one structure (R41)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        max_length=40, choices=[(role.value, role.value) for role in Role if role.is_professional]
    )

    privacy = dict.fromkeys(("id", "user", "structure", "role"), Privacy.PROFESSIONAL)
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "structure", "role"], name="one_membership"),
            # Machines hold tokens and patients their own account: neither is employed.
            models.CheckConstraint(
                condition=Q(role__in=sorted(PROFESSIONAL_ROLES)), name="membership_of_a_professional"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.structure}"


class Room(models.Model):
    """An examination room with its modality, as the worklist names it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=80)
    modality = models.CharField(max_length=2, choices=[("CT", _("CT")), ("MR", _("MRI"))])
    station_ae_title = models.CharField(max_length=16)
    device = models.CharField(max_length=120)

    privacy = dict.fromkeys(
        ("id", "structure", "name", "modality", "station_ae_title", "device"), Privacy.TECHNICAL
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
