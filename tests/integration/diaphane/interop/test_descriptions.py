"""The descriptions of our interfaces say what the code serves: addresses, methods, rights."""

from collections.abc import Iterator

from tests.addresses import Served, list_addresses

from .descriptions import NAMES, Operation, describe_route, list_operations

PREFIXES = ("edge/", "dicomweb/", "fhir/", "healthz", "readyz", "metrics")
PLAIN = {"edge_api:enrol": frozenset({"POST"})}
"""What a view of Django answers that names no method itself; the others of its kind are read."""


def list_served() -> Iterator[Operation]:
    for each in list_addresses():
        if each.route.startswith(PREFIXES) and not each.route.endswith("/rien"):
            for method in list_methods(each) - {"HEAD"}:
                needs = each.list_needs(method)
                yield Operation(describe_route(each.route), method, needs[0] if needs else "")


def list_methods(served: Served) -> frozenset[str]:
    plain = PLAIN.get(served.name, frozenset({"GET"}))
    named: frozenset[str] = getattr(served.pattern.callback, "methods", plain)
    return named


def test_what_is_described_is_what_is_served() -> None:
    described = [each for name in NAMES for each in list_operations(name)]
    assert len(described) == len(set(described))
    assert set(described) == set(list_served())
