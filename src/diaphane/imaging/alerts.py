"""Read the alerts about gateways."""

from uuid import UUID

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .gateway_alerts import GatewayAlert, GatewayAlertQuerySet

IMAGE_KINDS = frozenset({GatewayAlert.Kind.SILENT, GatewayAlert.Kind.LATE})
"""What makes images late."""
STEP_KINDS = frozenset({GatewayAlert.Kind.STEPS, GatewayAlert.Kind.REFUSED})
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


def list_alerts_about_images(act: Act) -> list[GatewayAlert]:
    """List what makes the images of an act late, for who waits for them."""
    return _sort(_list_of_site(act.requesting_site_id).filter(kind__in=IMAGE_KINDS))


def list_alerts_about_steps(act: Act) -> list[GatewayAlert]:
    """List what keeps the platform from hearing of the steps (MPPS) that modalities perform for an act."""
    uids = {act.study_instance_uid, *act.studies.values_list("study_instance_uid", flat=True)}
    found = _sort(_list_of_site(act.requesting_site_id).filter(kind__in=STEP_KINDS))
    return [alert for alert in found if uids & set(alert.gateway.steps_studies)]


def _list_of_site(site_id: UUID) -> GatewayAlertQuerySet:
    found = GatewayAlert.objects.pending().filter(gateway__site_id=site_id)
    return found.select_related("gateway__site")


def _sort(found: GatewayAlertQuerySet) -> list[GatewayAlert]:
    return sorted(found, key=lambda alert: (_ORDER[alert.kind], alert.opened_at))
