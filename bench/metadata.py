"""How long a series' metadata takes, beside Orthanc, for clients that take a compressed answer or not."""

import argparse
from pathlib import Path
from statistics import median

from .holding import Held, holding
from .series import list_slices

CODINGS = ("identity", "gzip, deflate")
"""What a plain client and a browser or dicomweb-client accept (Accept-Encoding)."""


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the series."""
    parser.add_argument("--images", type=Path, help="a folder of one series (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Ask each server in turn."""
    files = list_slices(options.images)
    measured: dict[tuple[str, str], tuple[list[float], int]] = {}
    with holding(files, folder) as (theirs, ours, _encoded):
        readers = [(held, held.server.connect()) for held in (theirs, ours)]
        for number in range(-1, options.rounds):  # the first one warms up
            for held, reader in readers:
                for coding in CODINGS:
                    took, length = reader.time(f"{held.series}/metadata", **{"Accept-Encoding": coding})
                    if number >= 0:
                        seconds, _length = measured.setdefault((held.server.name, coding), ([], length))
                        seconds.append(took)
    return _describe(measured, len(files), (theirs, ours))


def _describe(
    measured: dict[tuple[str, str], tuple[list[float], int]], count: int, sides: tuple[Held, Held]
) -> str:
    rounds = len(next(iter(measured.values()))[0])
    lines = [f"Metadata of a series of {count} instances, in turn; median of {rounds}"]
    for coding in CODINGS:
        (theirs, their_size), (ours, our_size) = (measured[side.server.name, coding] for side in sides)
        lines.append(
            f"  accepting {coding:14} orthanc {median(theirs) * 1e3:8.1f} ms {their_size / 1e3:6.0f} kB"
            f"   ours {median(ours) * 1e3:7.2f} ms {our_size / 1e3:6.0f} kB"
            f"   ratio {median(theirs) / median(ours):6.1f}"
        )
    return "\n".join(lines)
