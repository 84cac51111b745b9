"""What is injected, by whose signature, or under which dated protocol (R83, R84)."""

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .protocol_models import Route, SiteProtocol


class ContrastOrder(models.Model):
    """One prescription of contrast; the last one counts, the earlier ones stay."""

    class Basis(models.TextChoices):
        """By what it may be injected."""

        SIGNED = "signed", _("Signed for this patient")
        STANDING = "standing", _("Under the standing protocol")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(
        "requests.ExamRequest", on_delete=models.PROTECT, related_name="contrast_orders"
    )
    product = models.CharField(max_length=80)
    volume_ml = models.PositiveSmallIntegerField()
    rate_ml_s = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    route = models.CharField(max_length=20, choices=Route)
    basis = models.CharField(max_length=10, choices=Basis)
    protocol = models.ForeignKey(SiteProtocol, on_delete=models.PROTECT, related_name="+", null=True)
    by_id = models.UUIDField()
    by_label = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "request", "protocol", "basis", "signed_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("by_id", "by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("product", "volume_ml", "rate_ml_s", "route"), Privacy.HEALTH),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(basis="standing") | models.Q(protocol__isnull=False),
                name="standing_contrast_names_its_protocol",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis} {self.signed_at:%Y-%m-%d %H:%M}"

    def spell(self) -> str:
        """Return product, volume, rate and route in words."""
        rate = [f"{number_format(self.rate_ml_s)} mL/s"] if self.rate_ml_s is not None else []
        return ", ".join([self.product, f"{self.volume_ml} mL", *rate, str(self.get_route_display())])
