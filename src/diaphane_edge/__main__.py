"""`diaphane-edge`: run the gateway, say how it is, settle what waits for a person, become known.

diaphane-edge run|status|retry --config FILE
diaphane-edge aside list|send|discard|restore [NUMBER] --config FILE
diaphane-edge enrol --config FILE --code CODE
"""

import argparse
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from . import aside_commands
from .asides import NotPossibleError
from .backlog import Backlog
from .command_line import Parser
from .commitments import Commitments
from .config import Config, read_config
from .credentials import look_at_credentials, write_credential
from .enrolling import EnrolmentRefusedError, enrol
from .faults import spell_fault_of_file
from .gateway import COMMITMENTS_FILE, STEPS_FILE, Gateway
from .journal import Journal
from .logs import log, set_up_logs
from .reasons import Reason
from .settings import ConfigError
from .spool import SpoolInUseError, is_spool_in_use
from .status import get_status
from .status_server import LOCAL_ADDRESS
from .status_text import write_status
from .steps import Steps
from .unentered import count_unentered
from .words import spell_day, spell_images

PROGRAM = "diaphane-edge"
EXPECTED = (ConfigError, SpoolInUseError, EnrolmentRefusedError, NotPossibleError)
STATUS_TIMEOUT_SECONDS = 2
LONGEST_STOP_SECONDS = 1.5
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and the configuration, then do what is asked. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without accents is no reason to fail
    options = _make_parser().parse_args(arguments)
    try:
        options.run(read_config(options.config), options)
    except sqlite3.Error as error:
        sys.stderr.write(f"{PROGRAM} : le journal de la passerelle ne s’ouvre pas ({error}).\n")
    except EXPECTED as error:
        sys.stderr.write(f"{PROGRAM} : {error}\n")
    except OSError as error:
        sys.stderr.write(f"{PROGRAM} : {spell_fault_of_file(error)}.\n")
    else:
        return 0
    return 1


def _make_parser() -> argparse.ArgumentParser:
    parser = Parser(prog=PROGRAM, description="La passerelle DICOM d’un site.")
    commands = parser.add_subparsers(
        title="commandes", dest="command", required=True, metavar="COMMANDE", parser_class=Parser
    )
    for name, (run_command, words) in COMMANDS.items():
        command = commands.add_parser(name, help=words)
        command.set_defaults(run=run_command)
        command.options.add_argument(
            "--config", type=Path, required=True, metavar="FICHIER", help="sa configuration, en JSON"
        )
        if name == "aside":
            aside_commands.declare(command)
        if name == "enrol":
            command.options.add_argument(
                "--code", required=True, metavar="CODE", help="le code que donne la plateforme"
            )
    return parser


def run(config: Config, _options: argparse.Namespace) -> None:
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


def show_status(config: Config, _options: argparse.Namespace) -> None:
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


def retry(config: Config, _options: argparse.Namespace) -> None:
    """Put back in the queue what was set aside or refused, except other content under the same identifier."""
    images = _open_journal(config).retry_set_aside(but_for=Reason.OTHER_CONTENT)
    steps = Steps(config.spool / STEPS_FILE).retry_refused()
    exams = f"{steps} examens" if steps > 1 else f"{steps} examen"
    sys.stdout.write(f"Remis dans la file : {spell_images(images)}, et le déroulement de {exams}.\n")


def settle_aside(config: Config, options: argparse.Namespace) -> None:
    """List what is set aside, or take a person's decision."""
    if (options.choice == aside_commands.LIST) != (options.number is None):
        raise NotPossibleError("« list » va seul ; « send », « discard » et « restore » veulent un numéro.")
    aside_commands.settle(_open_journal(config), options)


def become_known(config: Config, options: argparse.Namespace) -> None:
    """Exchange a one-time code for the credential that the gateway then keeps and renews by itself."""
    given = enrol(url=config.platform_url, code=options.code)
    write_credential(config.credentials, given)
    day = spell_day(datetime.fromisoformat(given.expires_at).timestamp())
    sys.stdout.write(f"Passerelle enrôlée : son jeton vaut jusqu’au {day}, et se renouvelle de lui-même.\n")


COMMANDS: dict[str, tuple[Callable[[Config, argparse.Namespace], None], str]] = {
    "run": (run, "fait tourner la passerelle"),
    "status": (show_status, "dit ce qui attend, ce qui ne va pas et ce qu’il faut faire"),
    "aside": (settle_aside, "montre ce qui est mis de côté, et prend la décision d’une personne"),
    "retry": (retry, "remet dans la file ce qui a été refusé"),
    "enrol": (become_known, "fait connaître la passerelle à la plateforme, par un code"),
}


def _count_backlog(config: Config) -> Backlog:
    return Backlog.of(Steps(config.spool / STEPS_FILE), Commitments(config.spool / COMMITMENTS_FILE))


def _open_journal(config: Config) -> Journal:
    path = config.spool / "journal.sqlite"
    if not path.exists():
        what = f"« spool » : rien n’a encore été reçu dans {config.spool}"
        raise ConfigError(f"{what} ; écrivez le dossier où tourne la passerelle.")
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
