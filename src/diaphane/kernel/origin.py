"""Where a request comes from: bound around it, read by the audit trail (R44)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

_ADDRESS: ContextVar[str | None] = ContextVar("address", default=None)


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Say from which address everything in this block is asked; what is no address is none."""
    bound = _ADDRESS.set(_read(address))
    try:
        yield
    finally:
        _ADDRESS.reset(bound)


def find_address() -> str | None:
    """Return the address of the request under way; None for the platform's own work."""
    return _ADDRESS.get()


def find_neighbourhood() -> str:
    """Return that address, or the /64 of an IPv6 one, which is one subscriber's; empty when there is none."""
    address = find_address()
    if address is None or ip_address(address).version == 4:
        return address or ""
    return str(ip_network(f"{address}/64", strict=False).network_address)


def _read(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
