"""Serve the pages with uvicorn: ``python -m diaphane.config.serving``, with uvicorn's own options.

Where there are several processes, each opens the address for itself, and the kernel spreads connections among
them. With one socket for all, as uvicorn has it, whichever process is awake takes nearly all of a burst: the
six connections of a viewer would be served by one processor (docs/adr/0004-servers.md).
"""

import logging
import socket
import sys

import uvicorn
from uvicorn.config import STARTUP_FAILURE, Config

Address = tuple[str, int]


class Door(socket.socket):
    """A bound address that is opened anew, not shared, by each process that it is handed to."""

    def __reduce__(self) -> "tuple[object, Address]":
        """Return how another process opens it."""
        return open_door, self.getsockname()[:2]


def open_door(host: str, port: int) -> Door:
    """Bind an address that other processes of this account may open too. Raises OSError."""
    door = Door(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((host, port))
    return door


def bind_for_each(self: Config) -> socket.socket:
    """Return what uvicorn hands to its processes, once nobody else is at the address."""
    if self.uds is not None or self.fd is not None:
        return _bind_one_for_all(self)
    try:
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as alone:
            alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            alone.bind((self.host, self.port))
            port = alone.getsockname()[1]
        return open_door(self.host, port)
    except OSError as error:
        logging.getLogger("uvicorn.error").error("%s:%s: %s", self.host, self.port, error.strerror)
        sys.exit(STARTUP_FAILURE)


_bind_one_for_all = Config.bind_socket


def main() -> None:
    """Run uvicorn, which has no option for this."""
    Config.bind_socket = bind_for_each  # type: ignore[method-assign]
    uvicorn.main()


if __name__ == "__main__":
    main()
