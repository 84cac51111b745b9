"""What rights and the audit trail cost a page: each page as it is, and with both taken away, in turn.

Taken away means: row filters let everything through, and no entry of the trail is written. What says who
is there, and which roles a page is for, stays in both. The pages are asked in one process, its database
beside it, among the acts of the fictitious archive; each round is a new session, so that views are written
as on a first visit.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from .platform import platform

MOST = 0.10


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the sizes."""
    parser.add_argument("--studies", type=int, default=20_000, help="studies of the archive (20 000)")
    parser.add_argument("--visits", type=int, default=20, help="visits of each page in a round")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Fill a platform, visit its pages guarded and bare in turn, and tell what guarding costs."""
    with platform(folder) as ours:
        command = [sys.executable, "-m", "bench.guarded_pages"]
        command += [str(options.studies), str(options.rounds), str(options.visits)]
        printed = subprocess.run(
            command, env=dict(ours.environment), check=True, stdout=subprocess.PIPE
        ).stdout
    return _describe(json.loads(printed), options)


def _describe(measured: dict[str, dict[str, list[float]]], options: argparse.Namespace) -> str:
    times = f"{options.rounds} × {options.visits} visits in turn"
    lines = [
        f"Pages with and without rights and trail, {times}; ms, median",
        f"  {'':32}{'bare':>9}{'guarded':>9}{'cost':>8}",
    ]
    medians = {page: (median(each["bare"]), median(each["guarded"])) for page, each in measured.items()}
    bare, guarded = map(sum, zip(*medians.values(), strict=True))
    lines += [_describe_one(page, *each) for page, each in medians.items()]
    return "\n".join([*lines, _describe_one("all of them", bare, guarded)])


def _describe_one(page: str, bare: float, guarded: float) -> str:
    cost = guarded / bare - 1
    remark = "" if cost <= MOST else f"   over {MOST:.0%}"
    return f"  {page:32}{bare * 1e3:9.2f}{guarded * 1e3:9.2f}{cost:8.1%}{remark}"
