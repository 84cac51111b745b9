"""List the launcher's commands: their name, their one-line help and what runs them."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import auditing, benching, checking, demo, passing, testing


def _nothing(parser: argparse.ArgumentParser) -> None:
    """Declare no option."""


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port des pages (8000)")
    parser.add_argument("--dicom-port", type=int, default=11112, help="port DICOM de la passerelle (11112)")
    parser.add_argument("--data", type=Path, metavar="DOSSIER", help="dossier des données (var/)")
    parser.add_argument("--reset", action="store_true", help="efface les données de la démonstration d'abord")
    parser.add_argument("--dicom", type=Path, metavar="DOSSIER", help="envoie vos fichiers DICOM")


@dataclass(frozen=True)
class Command:
    """Tie a command's name to what runs it."""

    name: str
    summary: str
    run: Callable[[argparse.Namespace], int]
    declare: Callable[[argparse.ArgumentParser], None] = _nothing
    passes_through: bool = False


COMMANDS = (
    Command("demo", "tout démarre, avec un territoire fictif", demo.run, _demo_options),
    Command("test", "la suite de tests (arguments de pytest)", testing.run, passes_through=True),
    Command("check", "style, types, contrats d'import, migrations, catalogue", checking.run),
    Command("audit", "faiblesses connues des dépendances", auditing.run, auditing.declare_options),
    Command("manage", "une commande d'administration", passing.manage, passes_through=True),
    Command("bench", "les mesures", benching.run, passes_through=True),
    Command("serve", "les pages, sur une base externe", passing.serve, passes_through=True),
    Command("worker", "les travaux de fond, sur une base externe", passing.worker, passes_through=True),
    Command("hl7", "les identités de l'hôpital (ADT, MLLP)", passing.hl7, passes_through=True),
    Command("edge", "la passerelle DICOM d'un site", passing.edge, passes_through=True),
)
