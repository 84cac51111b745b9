"""The state of the platform for Prometheus: queues, gateways, what waits; nothing of a patient."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry

from diaphane.delivery.models import Dispatch
from diaphane.events.models import Delivery
from diaphane.imaging.models import Gateway, GatewayAlert, Reconciliation, ReconciliationState
from diaphane.kernel.clock import now

PREFIX = "diaphane"
_JOB_STATES = ("todo", "doing", "failed")
_GATEWAY_LABELS = ("site", "ae_title")


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer who holds the secret of ``DIAPHANE_METRICS_TOKEN``; without it, there is nothing here."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    if not expected or scheme.lower() != "bearer" or not compare_digest(token.encode(), expected.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(PlatformCollector(now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class PlatformCollector(Collector):
    """The figures of one moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def collect(self) -> Iterator[Metric]:
        """Yield each family."""
        yield from self._collect_queues()
        yield from self._collect_gateways()
        alerts = GatewayAlert.objects.pending().values_list("kind").annotate(count=Count("pk"))
        kinds = [str(kind) for kind in GatewayAlert.Kind]
        yield _family("gateway_alerts", "Alerts on gateways that are not over.", "kind", kinds, dict(alerts))
        waiting = Reconciliation.objects.filter(state=ReconciliationState.WAITING)
        by_reason = waiting.values_list("reason").annotate(count=Count("pk"))
        reasons = [str(reason) for reason in Reconciliation.Reason]
        yield _family(
            "unattached_images", "Arrivals that wait for a person.", "reason", reasons, dict(by_reason)
        )

    def _collect_queues(self) -> Iterator[Metric]:
        jobs = ProcrastinateJob.objects.filter(status__in=_JOB_STATES).values_list("status")
        counts = dict(jobs.annotate(count=Count("pk")))
        yield _family("jobs", "Background jobs by state.", "state", _JOB_STATES, counts)
        due = ProcrastinateJob.objects.filter(status="todo", scheduled_at__lte=self._at)
        oldest = due.aggregate(oldest=Min("scheduled_at"))["oldest"]
        late = (self._at - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily(
            f"{PREFIX}_oldest_due_job_seconds", "How late the oldest timed job is.", value=late
        )
        deliveries = dict(Delivery.objects.values_list("status").annotate(count=Count("pk")).order_by())
        states = [str(state) for state in Delivery.Status]
        yield _family("event_deliveries", "Events to consumers, by state.", "state", states, deliveries)
        dispatches = dict(Dispatch.objects.values_list("status").annotate(count=Count("pk")).order_by())
        states = [str(state) for state in Dispatch.Status]
        yield _family("report_dispatches", "Reports on their way, by state.", "state", states, dispatches)

    def _collect_gateways(self) -> Iterator[Metric]:
        gateways = list(Gateway.objects.select_related("site").order_by("site__name", "ae_title"))
        figures: dict[str, tuple[str, Callable[[Gateway], float | None]]] = {
            "gateway_waiting_objects": ("Images that wait on a gateway.", lambda each: each.waiting),
            "gateway_set_aside_objects": ("Images set aside on a gateway.", lambda each: each.set_aside),
            "gateway_oldest_seconds": ("How long the oldest has waited.", lambda each: each.oldest_seconds),
            "gateway_disk_free_bytes": ("Room left on its disk.", lambda each: each.disk_free_bytes),
            "gateway_silent_seconds": (
                "Since it last reported.",
                lambda each: (self._at - each.reported_at).total_seconds(),
            ),
        }
        for name, (words, read) in figures.items():
            family = GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=_GATEWAY_LABELS)
            for each in gateways:
                if (value := read(each)) is not None:
                    family.add_metric([each.site.name, each.ae_title], value)
            yield family


def _family(name: str, words: str, label: str, keys: Sequence[str], counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=[label])
    for key in keys:
        family.add_metric([key], counts.get(key, 0))
    return family
