"""Hear the hospital's systems over MLLP: ``python -m diaphane.config.hearing`` (``./diaphane hl7``)."""

import argparse
import asyncio
import ipaddress
import os
import signal
import ssl
import sys


def main(arguments: list[str] | None = None) -> int:
    """Listen until told to stop."""
    options = _read(arguments)
    if options.certificate is None and not (options.in_clear or _is_loopback(options.host)):
        sys.stderr.write("TLS is asked for beyond this machine: --certificate and --key, or --in-clear.\n")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diaphane.config.settings")
    import django

    django.setup()
    asyncio.run(_listen(options))
    return 0


def make_tls(certificate: str, key: str, clients: str | None) -> ssl.SSLContext:
    """Return how the server proves itself and, with ``clients``, what certificates it asks of senders."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=clients)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED if clients else ssl.CERT_NONE
    return context


async def _listen(options: argparse.Namespace) -> None:
    from diaphane.interop.hl7v2.listener import Listener  # models are ready only now

    tls = make_tls(options.certificate, options.key, options.clients) if options.certificate else None
    server = await Listener(tls=tls).start(options.host, options.port)
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"mllp {options.host}:{port}\n")
    sys.stdout.flush()
    async with server:
        await stopped.wait()


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="diaphane hl7", description="Hear a hospital's ADT over MLLP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2575)
    parser.add_argument("--certificate", help="PEM file by which this server proves itself (TLS)")
    parser.add_argument("--key", help="PEM file of its key")
    parser.add_argument("--clients", help="PEM file of who signs the senders' certificates: asked of each")
    parser.add_argument(
        "--in-clear", action="store_true", help="beyond this machine without TLS: a closed network"
    )
    found = parser.parse_args(arguments)
    if bool(found.certificate) != bool(found.key):
        parser.error("--certificate and --key go together")
    if found.clients and not found.certificate:
        parser.error("--clients asks for --certificate")
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    sys.exit(main())
