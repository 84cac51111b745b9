"""Every address of the platform, as Django serves it: what the tests of rights walk along."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Served:
    """One address: its route, its name if it has one, and its view."""

    route: str
    name: str
    pattern: URLPattern

    @property
    def label(self) -> str:
        """Return what a test is called by."""
        return self.name or self.route

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of what the address holds."""
        return tuple(_PARAMETER.findall(self.route))

    def fill(self, values: Mapping[str, object]) -> str:
        """Return the path, its parameters replaced."""
        return "/" + _PARAMETER.sub(lambda found: str(values[found[1]]), self.route)

    def list_needs(self, method: str = "") -> tuple[str, ...]:
        """Return the actions that its view needs, for one method or for all."""
        by_method: Mapping[str, tuple[str, ...]] = getattr(self.pattern.callback, "needs_of", {})
        needs: tuple[str, ...] = getattr(self.pattern.callback, "needs", ())
        return by_method.get(method, needs)


@cache
def list_addresses() -> tuple[Served, ...]:
    """Walk every address, in the order of the code."""
    return tuple(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, space: str) -> Iterator[Served]:
    for each in resolver.url_patterns:
        here = route + _simplify(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _walk(each, here, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield Served(here, f"{space}{each.name}" if each.name else "", each)


def _simplify(pattern: str) -> str:
    """Read a regular expression as the start that it asks for."""
    return re.sub(r"\[.*", "rien", pattern.lstrip("^")) if pattern.startswith("^") else pattern
