"""One person cared for, with the strict traits of identitovigilance (R40)."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import INS_OIDS, uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.words import fold

from .validation import (
    check_together,
    validate_birth_date,
    validate_death_date,
    validate_ins,
    validate_name,
    validate_phone,
)

ADULT_FROM = 18
UNKNOWN_PLACE = "99999"
_CHILD_BEARING_AGES = range(12, 56)


def count_years(born: date, *, on: date) -> int:
    """Count the whole years since a birth: birthdays counted, not days divided."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def make_search_key(*names: str) -> str:
    """Return every word of the names, folded, each after a space."""
    return f" {fold(' '.join(names))}"


class Patient(models.Model):
    """One person cared for, with the strict traits of identitovigilance.

    ``is_homonym`` warns of somebody else with the same traits; ``is_doubtful``, ``is_fictitious`` and
    ``is_unidentified`` keep the identity provisional (RNIV). ``merged_into`` is the identity that took over
    what belonged to this one. ``unidentified_label`` is the name under which images were sent
    before anybody could name the patient; it stays.
    """

    class IdentityStatus(models.TextChoices):
        """How far the identity is trusted; only QUALIFIED may reference health data with the INS."""

        PROVISIONAL = "provisional", _("Provisional identity")
        RETRIEVED = "retrieved", _("Retrieved identity")
        VALIDATED = "validated", _("Validated identity")
        QUALIFIED = "qualified", _("Qualified identity")

    class Sex(models.TextChoices):
        """Administrative sex, as the INS carries it."""

        FEMALE = "F", _("Female")
        MALE = "M", _("Male")
        UNKNOWN = "U", _("Unknown")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    birth_name = models.CharField(max_length=100)
    used_name = models.CharField(max_length=100, blank=True)
    first_names = models.CharField(max_length=150)
    sex = models.CharField(max_length=1, choices=Sex)
    birth_date = models.DateField()
    birth_place_code = models.CharField(max_length=5, default=UNKNOWN_PLACE)
    ins = models.CharField("INS", max_length=15, blank=True, validators=[validate_ins])
    ins_oid = models.CharField(max_length=40, blank=True, choices=list(INS_OIDS.items()))
    identity_status = models.CharField(
        max_length=12, choices=IdentityStatus, default=IdentityStatus.PROVISIONAL
    )
    is_homonym = models.BooleanField(default=False)
    is_doubtful = models.BooleanField(default=False)
    is_fictitious = models.BooleanField(default=False)
    is_unidentified = models.BooleanField(default=False)
    unidentified_label = models.CharField(max_length=40, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="absorbed"
    )
    phone = models.CharField(max_length=30, blank=True)
    deceased_on = models.DateField(null=True, blank=True)
    # Every name folded, each word after a space: the database folds neither accents nor their case.
    search_key = models.CharField(max_length=400, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    privacy = {
        **dict.fromkeys(
            (
                "birth_name",
                "used_name",
                "first_names",
                "sex",
                "birth_date",
                "birth_place_code",
                "ins",
                "ins_oid",
                "identity_status",
                "is_homonym",
                "is_doubtful",
                "is_fictitious",
                "is_unidentified",
                "unidentified_label",
                "merged_into",
                "phone",
                "deceased_on",
                "search_key",
            ),
            Privacy.IDENTIFYING,
        ),
        "id": Privacy.TECHNICAL,
        "created_at": Privacy.TECHNICAL,
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["birth_name", "first_names", "birth_date"]
        indexes = [
            models.Index(
                fields=["-created_at"],
                condition=Q(is_unidentified=True) | Q(is_doubtful=True),
                name="uncertain_patients",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_status__in=["provisional", "retrieved", "validated", "qualified"]),
                name="patient_identity_status_known",
            ),
            models.UniqueConstraint(
                fields=["ins", "ins_oid"], condition=~Q(ins=""), name="one_patient_per_ins"
            ),
            models.CheckConstraint(
                condition=~Q(identity_status="qualified") | ~Q(ins=""), name="qualified_identity_has_an_ins"
            ),
            models.CheckConstraint(
                condition=Q(identity_status="provisional")
                | Q(is_doubtful=False, is_fictitious=False, is_unidentified=False),
                name="uncertain_identity_is_provisional",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")), name="merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what a search reads in step with the names."""
        from .search import write_search_entry  # it holds a key to this class

        self.search_key = make_search_key(self.birth_name, self.used_name, self.first_names)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            write_search_entry(self)

    def clean(self) -> None:
        """Refuse names, a birth date and a telephone that nobody has, all of them at once (R40)."""
        checks: dict[str, Callable[[Any], None]] = {
            **dict.fromkeys(("birth_name", "used_name", "first_names"), validate_name),
            "birth_date": partial(validate_birth_date, on=timezone.localdate()),
            "phone": validate_phone,
            "deceased_on": partial(validate_death_date, born=self.birth_date, on=timezone.localdate()),
        }
        check_together(self, checks)

    @property
    def state(self) -> str:
        """Return the status, as its table moves it."""
        return self.identity_status

    @state.setter
    def state(self, state: str) -> None:
        self.identity_status = state

    @property
    def national_ins(self) -> str:
        """Return the INS where it may reference health data: a qualified identity's only (R40)."""
        return self.ins if self.identity_status == self.IdentityStatus.QUALIFIED else ""

    @property
    def birth_place(self) -> str:
        """Return the code of the birth place, or in words that nobody knows it (99999 for INSEE)."""
        return str(_("place not known")) if self.birth_place_code == UNKNOWN_PLACE else self.birth_place_code

    @property
    def display_name(self) -> str:
        """Return the name read back at the table: used or birth name, then the first given name."""
        return f"{(self.used_name or self.birth_name).upper()} {self.first_names.split(' ')[0]}"

    def age_on(self, day: date) -> int:
        """Return the age in whole years on a day."""
        return count_years(self.birth_date, on=day)

    def is_minor_on(self, day: date) -> bool:
        """Say whether this person is not of age on a day."""
        return self.age_on(day) < ADULT_FROM

    def may_be_pregnant(self, on: date) -> bool:
        """Say whether pregnancy concerns this person that day: sex not male, child-bearing age (R68)."""
        return self.sex != self.Sex.MALE and self.age_on(on) in _CHILD_BEARING_AGES

    @property
    def dicom_name(self) -> str:
        """Return the name in DICOM's PN form, birth name first (PS3.5 §6.2)."""
        return f"{self.birth_name.upper()}^{self.first_names}"
