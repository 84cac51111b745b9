"""Run the gateway, say how it is, try again what was refused, or become known to the platform.

python -m diaphane_edge run|status|retry --config FILE
python -m diaphane_edge enrol --config FILE --code CODE
"""

import argparse
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from .commitments import Commitments
from .config import Config, ConfigError, read_config
from .credentials import look_at_credentials, write_credential
from .enrolling import EnrolmentRefusedError, enrol
from .gateway import COMMITMENTS_FILE, STEPS_FILE, Gateway
from .journal import Journal
from .logs import log, set_up_logs
from .reasons import Reason
from .spool import SpoolInUseError, is_spool_in_use
from .status import Backlog, get_status
from .status_server import LOCAL_ADDRESS
from .status_text import write_status
from .steps import Steps
from .tls import TlsError
from .unentered import count_unentered

STATUS_TIMEOUT_SECONDS = 2
LONGEST_STOP_SECONDS = 1.5
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and the configuration, then do what is asked. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="diaphane_edge", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, ENROL])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--code", help="the one-time code, to enrol")
    options = parser.parse_args(arguments)
    if (options.command == ENROL) != bool(options.code):
        parser.error("a code goes with enrol, and with nothing else")
    try:
        config = read_config(options.config)
        if options.command == ENROL:
            return become_known(config, options.code)
        return COMMANDS[options.command](config)
    except (ConfigError, TlsError, SpoolInUseError, EnrolmentRefusedError, OSError) as error:
        sys.stderr.write(f"diaphane_edge: {error}\n")
        return 1


def run(config: Config) -> int:
    """Run until told to stop."""
    set_up_logs()
    os.umask(0o077)
    stop = _listen_for_stop()
    gateway = Gateway(config)
    gateway.start()
    stop.recv(1)
    threading.Thread(target=_leave_anyway, daemon=True).start()
    gateway.stop()
    _leave(0)
    return 0


def show_status(config: Config) -> int:
    """Print the state: from the running gateway, or from its spool when it does not answer."""
    told = _ask_running(config.status_port) if config.status_port else None
    if told is None:
        journal = _open_journal(config)
        status = get_status(
            ae_title=config.ae_title,
            spool=config.spool,
            journal=journal,
            unentered=count_unentered(config.spool, journal),
            backlog=_count_backlog(config),
            credential=look_at_credentials(config),
        )
        told = write_status(status, is_running=is_spool_in_use(config.spool))
    sys.stdout.write(told)
    return 0


def retry(config: Config) -> int:
    """Put back in the queue what was set aside or refused, except other content under the same identifier."""
    count = _open_journal(config).retry_set_aside(but_for=Reason.OTHER_CONTENT)
    count += Steps(config.spool / STEPS_FILE).retry_refused()
    sys.stdout.write(f"put back in the queue: {count}\n")
    return 0


def become_known(config: Config, code: str) -> int:
    """Exchange a one-time code for the credential that the gateway then keeps and renews by itself."""
    given = enrol(url=config.platform_url, code=code)
    write_credential(config.credentials, given)
    sys.stdout.write(f"enrolled, until {given.expires_at} unless it is renewed\n")
    return 0


ENROL = "enrol"
COMMANDS: dict[str, Callable[[Config], int]] = {"run": run, "status": show_status, "retry": retry}


def _count_backlog(config: Config) -> Backlog:
    return Backlog.of(Steps(config.spool / STEPS_FILE), Commitments(config.spool / COMMITMENTS_FILE))


def _open_journal(config: Config) -> Journal:
    path = config.spool / "journal.sqlite"
    if not path.exists():
        raise ConfigError(f"there is no spool in {config.spool}")
    return Journal(path)


def _ask_running(port: int) -> str | None:
    """Return what the running gateway says of itself, or None when it does not answer."""
    address = f"http://{LOCAL_ADDRESS}:{port}/status.txt"
    try:
        with urlopen(address, timeout=STATUS_TIMEOUT_SECONDS) as answer:
            return str(answer.read(), "utf-8")
    except (URLError, OSError, ValueError):
        return None


def _listen_for_stop() -> socket.socket:
    """Return a socket that receives a byte when a stop is asked, whichever thread the signal interrupts."""
    stop, bell = socket.socketpair()
    bell.setblocking(False)
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(bell.detach())
    return stop


def _leave(code: int) -> None:
    """End at once: threads may be inside a codec or a socket, and the spool is safe at any moment."""
    sys.stdout.flush()
    os._exit(code)


def _leave_anyway() -> None:
    """End even if a stop hangs on a peer that does not answer."""
    time.sleep(LONGEST_STOP_SECONDS)
    log.warning("stop_forced")
    _leave(0)


if __name__ == "__main__":
    sys.exit(main())
