"""Count what leaves, and write the state of the gateway for Prometheus; no label tells of a patient."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from .lanes import Lane
from .status import Status

PREFIX = "diaphane_edge"
COUNTERS = CollectorRegistry()
SENT_BYTES = Counter(f"{PREFIX}_sent_bytes", "Bytes of images put on the link.", registry=COUNTERS)
REQUESTS = Counter(
    f"{PREFIX}_requests", "Requests that carried images, by outcome.", ["outcome"], registry=COUNTERS
)
SETTLED = Counter(f"{PREFIX}_settled_objects", "Objects sent, by outcome.", ["outcome"], registry=COUNTERS)


class StatusCollector(Collector):
    """The state of the gateway at the moment it is asked for."""

    def __init__(self, current: Callable[[], Status]) -> None:
        self._current = current

    def collect(self) -> Iterator[Metric]:
        """Yield one family for each figure of the status page."""
        status = self._current()
        yield _gauge("objects", "Objects by state.", "state", {str(k): v for k, v in status.states.items()})
        waiting = dict.fromkeys((lane.name.lower() for lane in Lane), 0)
        oldest = dict(waiting)
        for each in status.lanes:
            waiting[each.lane.name.lower()] = each.waiting
            oldest[each.lane.name.lower()] = each.oldest_seconds
        yield _gauge("waiting_objects", "Objects that wait, by lane.", "lane", waiting)
        yield _gauge("oldest_waiting_seconds", "How long the oldest has waited, by lane.", "lane", oldest)
        yield _figure("speed_bits_per_second", "How fast images leave.", status.bits_a_second)
        yield _figure("disk_free_bytes", "Room left on the spool's disk.", status.disk.free_bytes)
        yield _figure("disk_size_bytes", "Size of the spool's disk.", status.disk.total_bytes)
        steps = {"waiting": status.backlog.steps_waiting, "refused": status.backlog.steps_refused}
        yield _gauge("steps", "Performed steps that the platform does not have.", "state", steps)
        commitments = status.backlog.commitments_waiting
        yield _figure("waiting_commitments", "Storage commitments that wait for their answer.", commitments)
        oldest_beside = {
            "steps": status.backlog.steps_oldest_seconds,
            "commitments": status.backlog.commitments_oldest_seconds,
        }
        yield _gauge(
            "oldest_other_seconds", "How long the oldest has waited, beside images.", "what", oldest_beside
        )
        if status.credential.ends_at is not None:
            ends_at = status.credential.ends_at
            yield _figure("credential_end_timestamp_seconds", "When the credential ends.", ends_at)
        if status.link.is_up is not None:
            yield _figure("link_up", "Whether the platform answers.", int(status.link.is_up))
        yield _figure("troubled", "Whether an exchange with the platform fails.", int(bool(status.problem)))


def write_metrics(current: Callable[[], Status]) -> bytes:
    """Write every figure in the text format."""
    registry = CollectorRegistry()
    registry.register(StatusCollector(current))
    return generate_latest(COUNTERS) + generate_latest(registry)


def _gauge(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _figure(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, value=value)
