"""`diaphane-edge aside`: list what is set aside, and let a person decide."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator

from .asides import KEPT_SECONDS, Aside, Choice, decide, list_asides
from .command_line import Parser
from .journal import Journal
from .words import spell_exam, spell_images, spell_moment, spell_reason

LIST = "list"
DONE = {
    Choice.SEND: "repartent vers la plateforme, qui juge",
    Choice.DISCARD: "écartées ; « restore » les reprend pendant un mois",
    Choice.RESTORE: "de nouveau mises de côté",
}
HOW = (
    "Pour décider : « diaphane-edge aside send NUMÉRO » les fait partir (la plateforme garde à part ce qui"
    " contredit une image qu’elle tient), « discard NUMÉRO » les écarte, « restore NUMÉRO » reprend ce qui"
    " est écarté."
)


def declare(parser: Parser) -> None:
    """Declare what may be asked."""
    asked = parser.add_argument_group("ce qu’on demande")
    asked.add_argument(
        "choice", choices=[LIST, *Choice], metavar="list|send|discard|restore", help="voir, ou décider"
    )
    asked.add_argument("number", type=int, nargs="?", metavar="NUMÉRO", help="celui que donne « list »")
    parser.options.add_argument("--by", metavar="NOM", help="qui décide (le compte de cette machine)")


def settle(journal: Journal, options: argparse.Namespace) -> None:
    """List, or take a decision. Raises NotPossibleError."""
    if options.choice == LIST:
        sys.stdout.write("\n".join(_write_list(list_asides(journal))) + "\n")
        return
    choice = Choice(options.choice)
    count = decide(journal, options.number, choice, by=options.by or _account())
    sys.stdout.write(f"{spell_images(count)} : {DONE[choice]}.\n")


def _write_list(asides: list[Aside]) -> Iterator[str]:
    if not asides:
        yield "Rien n’est mis de côté."
        return
    for each in asides:
        when, images = spell_moment(each.received_at), spell_images(each.images)
        yield f"Numéro {each.number} : {spell_exam(each.accession_number)}, reçu à {when}, {images}"
        yield f"    {spell_reason(each.reason)}."
        if not each.waits_here and not each.is_discarded:
            yield "    Rien à décider ici ; une fois réglé là-bas, « discard » libère la place."
        if each.is_discarded:
            yield f"    Écartées ; effacées {int(KEPT_SECONDS // 86400)} jours après."
    yield HOW


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return f"uid {os.getuid()}"
