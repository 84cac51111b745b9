"""How long the search of a patient takes, rights included, among a million fictitious identities.

The identities are filled by COPY, spread over sites of which one, the searcher's, knows a tenth. Times are
those of the query as a request page calls it, in one process, the database beside it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

from .platform import platform

WISHED_MS = 50


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the sizes."""
    parser.add_argument("--patients", type=int, default=1_000_000, help="identities (1 000 000)")
    parser.add_argument("--searches", type=int, default=100, help="searches of each kind in a round")
    parser.add_argument(
        "--share", type=int, default=10, help="one identity in so many is the searcher's site's"
    )


def run(options: argparse.Namespace, folder: Path) -> str:
    """Fill a platform with identities, search them, and tell median and p95 of each kind of search."""
    sizes = (options.patients, options.share, options.rounds, options.searches)
    with platform(folder) as ours:
        command = [sys.executable, "-m", "bench.patient_searches", *map(str, sizes)]
        printed = subprocess.run(
            command, env=dict(ours.environment), check=True, stdout=subprocess.PIPE
        ).stdout
    return _describe(json.loads(printed), options)


def _describe(seconds: dict[str, list[float]], options: argparse.Namespace) -> str:
    lines = [
        f"Search of patients among {options.patients}, 1/{options.share} at the searcher's site, "
        f"{options.rounds} × {options.searches} of each kind; ms",
        f"  {'':26}{'median':>9}{'p95':>9}{'longest':>9}",
    ]
    for kind, each in seconds.items():
        p95 = quantiles(each, n=20)[-1]
        figures = "".join(f"{value * 1e3:9.2f}" for value in (median(each), p95, max(each)))
        lines.append(f"  {kind:26}{figures}{'' if p95 * 1e3 <= WISHED_MS else f'   p95 over {WISHED_MS}'}")
    return "\n".join(lines)
