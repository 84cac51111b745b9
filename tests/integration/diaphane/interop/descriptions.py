"""The descriptions of our interfaces, as they are published in docs/conformance/openapi."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[4] / "docs" / "conformance" / "openapi"
NAMES = ("edge", "dicomweb", "platform")
METHODS = ("get", "post", "put", "patch", "delete")
Described = dict[str, object]


@dataclass(frozen=True)
class Operation:
    """One operation as it is described: where, by which method, and the right that it needs."""

    path: str
    method: str
    needs: str


def read_description(name: str) -> Described:
    """Return one description."""
    found: Described = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def list_operations(name: str) -> Iterator[Operation]:
    """List what one description holds."""
    paths: dict[str, dict[str, dict[str, str]]] = read_description(name)["paths"]  # type: ignore[assignment]
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                yield Operation(path, method.upper(), item[method].get("x-needs", ""))


def describe_route(route: str) -> str:
    """Write a route of the code as a description does."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
