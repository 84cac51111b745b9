"""Where a request comes from: bound around it, read by the audit trail (R44)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address

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


def _read(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
