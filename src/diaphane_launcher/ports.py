"""Find out before starting whether the ports we need are free, and pick one."""

import errno
import socket

from .errors import LauncherError


def require_free(port: int, option: str) -> None:
    """Refuse a port that is taken or reserved, naming the option that changes it.

    Raises:
        LauncherError: the port cannot be used.
    """
    if not 1 <= port <= 65535:
        raise LauncherError(f"{option} {port} : un port est un nombre de 1 à 65535.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                why = "est déjà pris"
            elif error.errno in {errno.EACCES, errno.EPERM}:
                why = "est réservé à root"
            else:
                raise
            raise LauncherError(f"Le port {port} {why} : choisissez-en un autre avec {option}.") from error


def pick_free() -> int:
    """Return a port that nobody listens on, for what only our own parts call."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
