"""Read the command line: `./diaphane COMMAND` ends here, inside the prepared environment."""

import argparse
import signal
import sys
from types import FrameType
from typing import NoReturn

from .commands import COMMANDS
from .errors import LauncherError, explain_os_error
from .terminal import fail, never_choke_on_accents


class _Parser(argparse.ArgumentParser):
    """Refuse a command line in one line, without the usage that hides it."""

    def error(self, message: str) -> NoReturn:
        """Say what cannot be read, and leave with the exit code of a wrong usage."""
        fail(f"Commande non comprise ({message}) : ./diaphane --help les montre toutes.")
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="./diaphane", description="Diaphane, plateforme de télé-imagerie.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.summary, add_help=not command.passes_through)
        command.declare(added)
    return parser


def _leave(number: int, frame: FrameType | None) -> None:
    """Leave in good order when asked to by `kill`: what was started is stopped on the way out."""
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Run one command; an expected failure is one French line and a non-zero exit."""
    never_choke_on_accents()
    signal.signal(signal.SIGTERM, _leave)
    passing = {command.name: command for command in COMMANDS if command.passes_through}
    try:
        if arguments and arguments[0] in passing:
            return passing[arguments[0]].run(argparse.Namespace(arguments=arguments[1:]))
        if not arguments:
            _parser().print_help(sys.stderr)
            return 2
        options = _parser().parse_args(arguments)
        chosen = next(command for command in COMMANDS if command.name == options.command)
        return chosen.run(options)
    except LauncherError as error:
        fail(str(error))
    except OSError as error:
        fail(explain_os_error(error))
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
