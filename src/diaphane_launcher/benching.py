"""Run the benchmarks of `bench/`."""

import argparse
import os
import sys

from .errors import LauncherError
from .places import ROOT
from .processes import run_attached


def run(options: argparse.Namespace) -> int:
    """Run `python -m bench`, or say that there is nothing to measure yet."""
    if not (ROOT / "bench" / "__main__.py").exists():
        raise LauncherError("Aucune mesure n'est écrite pour l'instant (dossier bench/).")
    return run_attached(
        [sys.executable, "-m", "bench", *options.arguments], environment=os.environ, folder=ROOT
    )
