"""What a remote reader sees over a poor link: our films by a client and in Chromium, and OHIF."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from .calibration import calibrate
from .film_browser import browsing, look_at_films, look_at_ohif
from .film_client import FilmClient, Looked
from .link import Link
from .looking import HeldExam, holding
from .passage import Shape
from .series import list_slices

FIRST_SECONDS, QUARTER_SECONDS, ALLOWANCE = 0.150, 4.0, 1.15
"""The goals: first picture, whole series at a quarter, whole series exact over size by bandwidth."""


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Let another link and another series be measured."""
    parser.add_argument("--megabits", type=float, default=20.0, help="the link's bandwidth, each way")
    parser.add_argument("--milliseconds", type=float, default=40.0, help="the link's round trip")
    parser.add_argument("--images", type=Path, help="a folder of DICOM files (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Measure each way of looking in turn, as many times as asked, and return the table."""
    shape = Shape(options.megabits, options.milliseconds)
    looked: dict[str, list[Looked]] = {}
    with holding(list_slices(options.images), folder) as exam, browsing() as browser:
        for _round in range(options.rounds):
            with Link(to=exam.port, shape=shape) as link:
                looked.setdefault("protocol client", []).append(FilmClient(exam, link.port).look())
                first, again = look_at_films(browser, exam, link.port)
                looked.setdefault("light viewer, first visit", []).append(first)
                looked.setdefault("light viewer, again", []).append(again)
                looked.setdefault("OHIF", []).append(look_at_ohif(browser, exam, link.port))
        return _describe(looked, exam, shape)


def _describe(looked: dict[str, list[Looked]], exam: HeldExam, shape: Shape) -> str:
    alone = shape.seconds_for(exam.size)
    rounds = len(next(iter(looked.values())))
    load = f"load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
    lines = [
        f"{exam.count} slices, {exam.size / 1e6:.1f} MB in HTJ2K, {alone:.2f} s on the link alone;"
        f" seconds after the metadata, median of {rounds} (least-most); {load}",
        f"  {calibrate(shape)}",
        f"  {'':26} {'first picture':>22} {'series at a quarter':>22} {'series exact':>22}  exact/alone",
    ]
    lines += [_describe_one(name, each, alone) for name, each in looked.items()]
    goals = f"{FIRST_SECONDS:.3f}", f"{QUARTER_SECONDS:.2f}", f"{ALLOWANCE * alone:.2f}"
    lines.append(f"  {'goal, at most':26} {goals[0]:>22} {goals[1]:>22} {goals[2]:>22}  {ALLOWANCE:11.2f}")
    return "\n".join(lines)


def _describe_one(name: str, looked: Sequence[Looked], alone: float) -> str:
    exact = median(each.exact for each in looked)
    quarters = [each.quarter for each in looked if each.quarter is not None]
    cells = (
        _spread([each.first_picture for each in looked], 3),
        _spread(quarters, 2) if quarters else "-",
        _spread([each.exact for each in looked], 2),
    )
    return f"  {name:26} {cells[0]:>22} {cells[1]:>22} {cells[2]:>22}  {exact / alone:11.2f}"


def _spread(seconds: Sequence[float], digits: int) -> str:
    least, most = min(seconds), max(seconds)
    return f"{median(seconds):.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"
