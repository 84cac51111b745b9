"""How many frames a second come by six connections on the loopback, as they are stored, beside Orthanc.

Orthanc's release in Debian cannot give frames of HTJ2K: it holds the series as the modality sends it. Ours is
read both ways: the same bytes, and as the gateway sends it.
"""

import argparse
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from .holding import Held, holding
from .reading import STORED, Reader
from .series import list_slices

CONNECTIONS = 6
_reader: Reader
_together: Barrier


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the series."""
    parser.add_argument("--images", type=Path, help="a folder of one series (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Read the whole series from each server in turn."""
    measured: dict[tuple[str, str], list[tuple[float, int]]] = {}
    with holding(list_slices(options.images), folder) as sides:
        for number in range(-1, options.rounds):  # the first one warms up
            for held in sides:
                took = _read_all(held)
                if number >= 0:
                    measured.setdefault((held.server.name, held.encoding), []).append(took)
        count = len(sides[0].instances)
    return _describe(measured, count)


def _read_all(held: Held) -> tuple[float, int]:
    """Read every frame by six connections, each in a process of its own; return seconds and bytes.

    The processes, their connections and their buffers are there before the first frame is asked.
    """
    shares = [held.instances[first::CONNECTIONS] for first in range(CONNECTIONS)]
    together = get_context("fork").Barrier(CONNECTIONS + 1)
    with get_context("fork").Pool(CONNECTIONS, _connect, (held, together)) as pool:
        reading = pool.map_async(_read, shares, chunksize=1)
        together.wait()
        start = time.perf_counter()
        lengths = reading.get()
        return time.perf_counter() - start, sum(lengths)


def _connect(held: Held, together: Barrier) -> None:
    """Open the connection of this process, by the one frame that it may read before the others."""
    global _reader, _together
    _reader, _together = held.server.connect(), together
    _reader.time(f"{held.instances[0]}/frames/1", STORED)


def _read(instances: list[str]) -> int:
    """Read frames once every process is ready to."""
    _together.wait()
    return sum(_reader.time(f"{each}/frames/1", STORED)[1] for each in instances)


def _describe(measured: dict[tuple[str, str], list[tuple[float, int]]], count: int) -> str:
    rounds = len(next(iter(measured.values())))
    lines = [f"{count} frames by {CONNECTIONS} connections, in turn; median of {rounds}"]
    base = 0.0
    for (name, encoding), taken in measured.items():
        seconds = median(took for took, _bytes in taken)
        base = base or seconds
        lines.append(
            f"  {name:8} {encoding:7} {count / seconds:7.0f} frames/s {taken[0][1] / seconds / 1e6:7.0f} MB/s"
            f"   × {base / seconds:.2f}"
        )
    return "\n".join(lines)
