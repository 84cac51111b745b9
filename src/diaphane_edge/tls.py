"""DICOM over TLS, by the BCP 195 profiles (PS3.15 annex B): TLS 1.2 or 1.3, with forward secrecy."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
)
"""The cipher suites that RFC 9325 §4.2 recommends for TLS 1.2; those of TLS 1.3 are all good."""


class TlsError(ValueError):
    """Say which of the files cannot be used."""


@dataclass(frozen=True)
class Tls:
    """What proves this gateway, whom it believes, and whether its callers must prove themselves too."""

    port: int
    certificate: Path
    key: Path
    authorities: Path
    asks_certificates: bool


class _AcceptingContext(ssl.SSLContext):
    """Leave the handshake to the thread of each connection: a silent caller must not keep the others out."""

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Wrap a connection whose handshake is made when its first bytes are read."""
        return super().wrap_socket(sock, server_side, False, suppress_ragged_eofs, server_hostname, session)


def make_accepting_context(tls: Tls) -> ssl.SSLContext:
    """Return how calls are accepted. Raises TlsError."""
    context = _AcceptingContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED if tls.asks_certificates else ssl.CERT_NONE
    return _set_up(context, tls)


def make_calling_context(tls: Tls) -> ssl.SSLContext:
    """Return how peers are called: their certificate and their name are checked. Raises TlsError."""
    return _set_up(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), tls)


def _set_up(context: ssl.SSLContext, tls: Tls) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(CIPHERS))
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    try:
        context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:
        raise TlsError(f"{tls.certificate} and {tls.key} cannot be used: {_reason(error)}") from error
    try:
        context.load_verify_locations(tls.authorities)
    except OSError as error:
        raise TlsError(f"{tls.authorities} cannot be used: {_reason(error)}") from error
    return context


def _reason(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or type(error).__name__
