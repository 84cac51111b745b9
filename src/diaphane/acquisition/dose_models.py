"""What devices say of the dose of an exam, and the levels that a site compares it with (R93)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.imaging.dose_sources import DoseSource
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure
from diaphane_dicom.dose import UNITS, DoseQuantity

QUANTITIES = [(each.value, each.name) for each in DoseQuantity]


class DoseReading(models.Model):
    """One value that a device says, in the unit of its quantity (``diaphane_dicom.dose.UNITS``).

    Read again whenever images come: it can always be made anew from them and from the performed steps.
    ``reference`` is the object, series or step that says it; ``event`` its irradiation event.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="dose_readings")
    source = models.CharField(max_length=10, choices=DoseSource)
    reference = models.CharField(max_length=64)
    quantity = models.CharField(max_length=6, choices=QUANTITIES)
    value = models.DecimalField(max_digits=18, decimal_places=6)
    is_total = models.BooleanField(default=False)
    is_localizer = models.BooleanField(default=False)
    event = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=200, blank=True)
    phantom = models.CharField(max_length=6, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "act", "source", "quantity", "is_total", "read_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("reference", "event"), Privacy.IDENTIFYING),
        **dict.fromkeys(("value", "is_localizer", "label", "region", "phantom", "agent"), Privacy.HEALTH),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["read_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0), name="dose_reading_above_zero"),
            models.CheckConstraint(
                condition=Q(source__in=["report", "performed", "image"]), name="dose_reading_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_quantity_display()} {self.value.normalize():f} {self.unit}"

    @property
    def unit(self) -> str:
        """Return its unit as it is printed."""
        return UNITS[DoseQuantity(self.quantity)]


class ReferenceLevel(models.Model):
    """One level of a site's dated file: what an exam, or an exposure by its names, is compared with.

    ``exam_code`` is of the catalogue; ``names`` are body part and view as images name them. A level of
    ``ACQUISITION`` is for each irradiation, one of ``EXAM`` for all of them.
    """

    class Scope(models.TextChoices):
        """What a level is for."""

        ACQUISITION = "acquisition", _("each acquisition")
        EXAM = "exam", _("the whole exam")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="reference_levels")
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    dated = models.DateField()
    label = models.CharField(max_length=120)
    exam_code = models.CharField(max_length=30, blank=True)
    names = models.JSONField(default=list)
    quantity = models.CharField(max_length=6, choices=QUANTITIES)
    scope = models.CharField(max_length=12, choices=Scope)
    reference = models.DecimalField(max_digits=12, decimal_places=3)
    guide = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    loaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        (
            "id",
            "structure",
            "title",
            "source",
            "dated",
            "label",
            "exam_code",
            "names",
            "quantity",
            "scope",
            "reference",
            "guide",
            "loaded_at",
            "ended_at",
        ),
        Privacy.TECHNICAL,
    )
    processing = Processing.CARE

    class Meta:
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(condition=Q(reference__gt=0), name="reference_level_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.get_quantity_display()}"
