"""Read the alerts about gateways."""

from uuid import UUID

from diaphane.kernel.actors import Actor

from .gateway_alerts import GatewayAlert, GatewayAlertQuerySet

_ORDER = {kind: rank for rank, kind in enumerate(GatewayAlert.Kind.values)}


def list_alerts(actor: Actor) -> list[GatewayAlert]:
    """List what is wrong with the gateways of the technologist's own site, what matters most first."""
    return _sort(GatewayAlert.objects.visible_to(actor).pending())


def get_alert(alert_id: UUID, *, actor: Actor) -> GatewayAlert:
    """Return one alert of the technologist's own site, over or not.

    Raises:
        GatewayAlert.DoesNotExist: unknown, or another site's.
    """
    return GatewayAlert.objects.visible_to(actor).get(pk=alert_id)


def list_pending_alerts(site_id: UUID) -> list[GatewayAlert]:
    """List what is wrong with the gateways of a site, for those who wait for its images."""
    found = GatewayAlert.objects.pending().filter(gateway__site_id=site_id)
    return _sort(found.select_related("gateway__site"))


def _sort(found: GatewayAlertQuerySet) -> list[GatewayAlert]:
    return sorted(found, key=lambda alert: (_ORDER[alert.kind], alert.opened_at))
