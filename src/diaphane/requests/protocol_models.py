"""The protocol book of a site: how each exam is made there, version after version, approved by an imageur."""

from django.db import models
from django.db.models import F, Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Convention, Structure

from .catalogue import CATALOGUE, CatalogueExam


class Route(models.TextChoices):
    """By which way contrast is given."""

    INTRAVENOUS = "intravenous", _("intravenous")
    INTRA_ARTERIAL = "intra_arterial", _("intra-arterial")
    ORAL = "oral", _("oral")
    RECTAL = "rectal", _("rectal")


class SiteProtocolQuerySet(models.QuerySet["SiteProtocol"]):
    """Protocols, from the actor's structure (R42)."""

    def visible_to(self, actor: Actor) -> "SiteProtocolQuerySet":
        """Keep those of the actor's site, and of the sites that the actor's structure reads for."""
        if actor.structure_id is None:
            return self.none()
        read = Convention.objects.visible_to(actor).filter(reading_structure_id=actor.structure_id)
        return self.filter(Q(site_id=actor.structure_id) | Q(site_id__in=read.values("requesting_site_id")))

    def approved(self) -> "SiteProtocolQuerySet":
        """Keep the versions that were approved and not withdrawn."""
        return self.filter(approved_at__isnull=False, withdrawn_at=None)


class SiteProtocol(models.Model):
    """One version of one protocol: its series and phases, its dose, its contrast, whether it needs a weight.

    ``is_standing`` says that contrast is injected under this dated protocol, without another signature.
    What is written never changes: another version is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="protocols")
    exam_code = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField()
    acquisition = models.TextField()
    dose_target = models.CharField(max_length=120, blank=True)
    needs_weight = models.BooleanField(default=False)
    product = models.CharField(max_length=80, blank=True)
    ml_per_kg = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    most_ml = models.PositiveSmallIntegerField(null=True)
    rate_ml_s = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    route = models.CharField(max_length=20, choices=Route, blank=True)
    is_standing = models.BooleanField(default=False)
    written_by_id = models.UUIDField()
    written_by_label = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    approved_by_id = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SiteProtocolQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "site",
                "exam_code",
                "title",
                "version",
                "acquisition",
                "dose_target",
                "needs_weight",
                "product",
                "ml_per_kg",
                "most_ml",
                "rate_ml_s",
                "route",
                "is_standing",
                "written_at",
                "approved_at",
                "withdrawn_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "written_by_id",
                "written_by_label",
                "approved_by_id",
                "approved_by_label",
                "withdrawn_by_label",
            ),
            Privacy.PROFESSIONAL,
        ),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["exam_code", "title", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "exam_code", "title", "version"], name="one_protocol_per_version"
            ),
            models.CheckConstraint(
                condition=Q(product="") | (~Q(route="") & (Q(ml_per_kg__gt=0) | Q(most_ml__gt=0))),
                name="protocol_contrast_has_route_and_volume",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | (Q(approved_by_id__isnull=False) & ~Q(approved_by_label="")),
                name="protocol_approved_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("written_at")),
                name="protocol_withdrawn_after_written",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"

    @property
    def exam(self) -> CatalogueExam | None:
        """Return the catalogue entry that it is made for."""
        return CATALOGUE.get(self.exam_code)

    @property
    def asks_weight(self) -> bool:
        """Say whether the patient's weight is needed: said so, or a volume by kilogram."""
        return self.needs_weight or self.ml_per_kg is not None

    def work_out_volume(self, weight_kg: int | None) -> int | None:
        """Return the volume in mL for a weight in kg, never above the most; None when it cannot be known."""
        if self.ml_per_kg is None:
            return self.most_ml
        if weight_kg is None:
            return None
        volume = round(self.ml_per_kg * weight_kg)
        return min(volume, self.most_ml) if self.most_ml else volume

    def spell_contrast(self) -> str:
        """Return its contrast in words; nothing when it is made without."""
        if not self.product:
            return ""
        parts = [self.product]
        if self.ml_per_kg is not None:
            parts.append(f"{number_format(self.ml_per_kg)} mL/kg")
        if self.most_ml:
            parts.append(f"≤ {self.most_ml} mL" if self.ml_per_kg is not None else f"{self.most_ml} mL")
        if self.rate_ml_s is not None:
            parts.append(f"{number_format(self.rate_ml_s)} mL/s")
        return ", ".join([*parts, str(self.get_route_display())])
