"""What is wrong with a site's gateway, from when it is seen until it is over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may


class AlertState(models.TextChoices):
    """Where an alert stands: it is settled when what it tells of is over, and not by a person's word."""

    OPEN = "open", _("Nobody has seen it yet")
    ACKNOWLEDGED = "acknowledged", _("Somebody sees to it")
    SETTLED = "settled", _("It is over")


class GatewayAlertQuerySet(models.QuerySet["GatewayAlert"]):
    """Alerts, starting from who asks."""

    def visible_to(self, actor: Actor) -> "GatewayAlertQuerySet":
        """Keep those of the technologist's own site."""
        if not may(actor, "gateway_alert.acknowledge") or actor.structure_id is None:
            return self.none()
        return self.filter(gateway__site_id=actor.structure_id).select_related("gateway__site")

    def pending(self) -> "GatewayAlertQuerySet":
        """Keep those that are not over."""
        return self.exclude(state=AlertState.SETTLED)


class GatewayAlert(models.Model):
    """One thing that is wrong with one gateway. ``number`` counts what waits, ``lane`` names its urgency."""

    class Kind(models.TextChoices):
        """What is wrong, what matters most first."""

        SILENT = "silent", _("The gateway says nothing any more")
        LATE = "late", _("Images wait too long")
        SET_ASIDE = "set_aside", _("Images are set aside")
        STEPS = "steps", _("Performed procedure steps (MPPS) wait too long")
        REFUSED = "refused", _("Performed procedure steps (MPPS) are refused")
        COMMITMENT = "commitment", _("Storage commitments wait too long")
        DISK = "disk", _("The disk is nearly full")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.ForeignKey("imaging.Gateway", on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=12, choices=AlertState, default=AlertState.OPEN)
    since = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    lane = models.CharField(max_length=10, blank=True)
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by_id = models.UUIDField(null=True)
    acknowledged_by_label = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=120, blank=True)

    objects = GatewayAlertQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "gateway",
                "kind",
                "state",
                "since",
                "number",
                "lane",
                "opened_at",
                "acknowledged_at",
                "settled_at",
                "mailed_at",
                "mail_error",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("acknowledged_by_id", "acknowledged_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.MACHINES

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AlertState.values), name="gateway_alert_state_known"
            ),
            models.UniqueConstraint(
                fields=["gateway", "kind"],
                condition=~Q(state="settled"),
                name="one_pending_alert_per_gateway_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
