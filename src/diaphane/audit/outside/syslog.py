"""Send syslog messages over TLS (RFC 5425): counted frames, a peer that proves itself, an answered end."""

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PORT = 6514
TIMEOUT_SECONDS = 20.0


class CollectorError(OSError):
    """The collector could not be reached, was not who it should be, or did not take everything."""


class CollectorSettingsError(ValueError):
    """The address or a file of the collector cannot be used."""


@dataclass(frozen=True)
class Collector:
    """Where the trail is sent: an address, who vouches for its certificate, and what proves us to it."""

    host: str
    port: int
    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def name(self) -> str:
        """Return the name under which what was sent is remembered."""
        return f"{self.host}:{self.port}"


def read_collector(
    address: str, *, authorities: str = "", certificate: str = "", key: str = ""
) -> Collector | None:
    """Read ``tls://host:6514``; None when no collector is configured.

    Raises:
        CollectorSettingsError: another scheme, or no host: the trail never leaves in clear.
    """
    if not address:
        return None
    where = urlsplit(address)
    if where.scheme != "tls" or not where.hostname:
        raise CollectorSettingsError(f"{address}: a collector is tls://host:port")
    files = [Path(each) if each else None for each in (authorities, certificate, key)]
    return Collector(where.hostname, where.port or PORT, *files)


def send(messages: Iterable[bytes], *, collector: Collector) -> int:
    """Send messages in order, close, and wait for the collector's own end; return how many left.

    Syslog acknowledges nothing. RFC 5425 §4.4 has the receiver answer ``close_notify`` once it has read
    ours, which comes after every message: without that answer nothing counts as sent.

    Raises:
        CollectorError
        CollectorSettingsError
    """
    context, count = _make_context(collector), 0
    try:
        with (
            socket.create_connection((collector.host, collector.port), timeout=TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=collector.host) as secured,
        ):
            for message in messages:
                secured.sendall(frame(message))
                count += 1
            secured.unwrap()
    except OSError as error:  # ssl.SSLError is one
        raise CollectorError(f"{collector.name}: {type(error).__name__}") from error
    return count


def frame(message: bytes) -> bytes:
    """Return a message with its length before it (RFC 5425 §4.3)."""
    return b"%d %b" % (len(message), message)


def _make_context(collector: Collector) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=collector.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if collector.certificate:
            context.load_cert_chain(collector.certificate, collector.key)
    except OSError as error:
        raise CollectorSettingsError(f"a file of the collector cannot be used: {error}") from error
    return context
