"""DICOM over TLS, by the BCP 195 profiles (PS3.15 annex B): TLS 1.2 or 1.3, with forward secrecy."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from .faults import spell_fault
from .settings import ConfigError

CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
)
"""The cipher suites that RFC 9325 §4.2 recommends for TLS 1.2; those of TLS 1.3 are all good."""


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
    """Return how calls are accepted. Raises ConfigError."""
    context = _AcceptingContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED if tls.asks_certificates else ssl.CERT_NONE
    return _set_up(context, tls)


def make_calling_context(tls: Tls) -> ssl.SSLContext:
    """Return how peers are called: their certificate and their name are checked. Raises ConfigError."""
    return _set_up(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), tls)


def _set_up(context: ssl.SSLContext, tls: Tls) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(CIPHERS))
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    _read(tls.certificate, "certificate")
    _read(tls.key, "key")
    _read(tls.authorities, "authorities")
    try:
        context.load_cert_chain(tls.certificate, tls.key, password=_refuse_password)
    except ssl.SSLError as error:
        raise _say_which(tls, error) from error
    try:
        context.load_verify_locations(tls.authorities)
    except ssl.SSLError as error:
        raise _wrong("authorities", tls.authorities, "ne contient pas de certificat") from error
    return context


def _read(path: Path, key: str) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"« tls.{key} » : {path} ne se lit pas, {spell_fault(error)} ; écrivez le chemin d’un fichier PEM"
            " que le compte de la passerelle peut lire."
        ) from error


def _refuse_password() -> NoReturn:
    """Refuse a key under a password: nobody is there to type it when the machine starts."""
    raise ConfigError("« tls.key » est chiffrée par un mot de passe ; écrivez une clé qui n’en a pas.")


def _say_which(tls: Tls, error: ssl.SSLError) -> ConfigError:
    """Say which of the certificate and the key cannot be used."""
    if error.reason == "KEY_VALUES_MISMATCH":
        return _wrong("key", tls.key, f"n’est pas la clé du certificat {tls.certificate}")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(tls.certificate)
    except ssl.SSLError:
        return _wrong("certificate", tls.certificate, "ne contient pas de certificat")
    return _wrong("key", tls.key, f"ne contient pas de clé privée utilisable ({error.reason or 'PEM'})")


def _wrong(key: str, path: Path, what: str) -> ConfigError:
    return ConfigError(f"« tls.{key} » : {path} {what} ; écrivez le chemin du bon fichier PEM.")
