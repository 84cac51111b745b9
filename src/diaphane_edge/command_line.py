"""Understand a command line, and refuse one in a French line that says what to write."""

import argparse
import re
import sys
from typing import NoReturn

WRONG_USAGE = 2
REFUSALS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"the following arguments are required: (.+)"), "il manque {0}"),
    (
        re.compile(r"argument (.+?): invalid choice: ('.*?') \(choose from .*\)"),
        "{1} n’est pas un choix de {0}",
    ),
    (re.compile(r"argument (.+?): invalid int value: ('.*?')"), "{0} veut un nombre entier, et non {1}"),
    (re.compile(r"argument (.+?): expected one argument"), "{0} veut une valeur"),
    (re.compile(r"argument (.+?): ignored explicit argument ('.*?')"), "{0} ne prend pas {1}"),
    (re.compile(r"unrecognized arguments: (.+)"), "{0} est de trop"),
    (re.compile(r"ambiguous option: (\S+) could match (.+)"), "{0} peut vouloir dire {1}"),
)
"""What argparse says, and the same in French."""


class _FrenchHelp(argparse.HelpFormatter):
    """Write the usage under a French word."""

    def add_usage(
        self, usage: str | None, actions: object, groups: object, prefix: str | None = None
    ) -> None:
        """Write how a command is used."""
        super().add_usage(usage, actions, groups, "usage : " if prefix is None else prefix)  # type: ignore[arg-type]


class Parser(argparse.ArgumentParser):
    """Speak French: help, and what cannot be understood."""

    def __init__(self, *, prog: str, description: str | None = None, help: str | None = None) -> None:
        """Make a parser; that of a command bears the words of the list of commands."""
        super().__init__(
            prog=prog, description=description or help, add_help=False, formatter_class=_FrenchHelp
        )
        self.options = self.add_argument_group("options")
        self.options.add_argument("-h", "--help", action="help", help="montre cette aide")

    def error(self, message: str) -> NoReturn:
        """Say what cannot be read, and leave with the exit code of a wrong usage."""
        program = self.prog.partition(" ")[0]
        words = spell_refusal(message)
        sys.stderr.write(
            f"{program} : commande non comprise ({words}) ; « {self.prog} --help » dit quoi écrire.\n"
        )
        sys.exit(WRONG_USAGE)


def spell_refusal(message: str) -> str:
    """Say in French, on one line, what argparse refuses."""
    for pattern, words in REFUSALS:
        found = pattern.fullmatch(message)
        if found:
            return " ".join(words.format(*found.groups()).split())
    return " ".join(message.split())
