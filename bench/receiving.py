"""How long a modality waits: one series sent by DCMTK's storescu, to our gateway and to Orthanc in turn."""

import argparse
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from .peers import ENVIRONMENT, SCANNER, find_program, gateway, orthanc
from .series import list_slices

Peer = Callable[[Path], AbstractContextManager[int]]
PEERS: dict[str, Peer] = {"gateway": gateway, "orthanc": orthanc}


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Let another series be sent."""
    parser.add_argument("--images", type=Path, help="a folder of DICOM files (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Measure and return the table."""
    return measure_receiving(list_slices(options.images), rounds=options.rounds, folder=folder)


def measure_receiving(files: Sequence[Path], *, rounds: int, folder: Path) -> str:
    """Send the series to each peer in turn, ``rounds`` times, each time to an empty store.

    The gateway syncs file and journal to disk before each acknowledgement; Orthanc, as configured by
    default, does not.
    """
    storescu = find_program("storescu", "dcmtk")
    seconds: dict[str, list[float]] = {name: [] for name in PEERS}
    for number in range(rounds):
        for name, peer in PEERS.items():
            place = folder / f"{name}-{number}"
            place.mkdir()
            with peer(place) as port:
                seconds[name].append(_send(storescu, port, files))
    return _describe(seconds, files)


def _send(storescu: str, port: int, files: Sequence[Path]) -> float:
    command = [storescu, "-R", "-aet", SCANNER, "-aec", "PEER", "127.0.0.1", str(port)]
    start = time.perf_counter()
    subprocess.run([*command, *map(str, files)], env=ENVIRONMENT, check=True, capture_output=True)
    return time.perf_counter() - start


def _describe(seconds: dict[str, list[float]], files: Sequence[Path]) -> str:
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    rounds = len(seconds["gateway"])
    lines = [f"C-STORE of {len(files)} objects, {megabytes:.0f} MB, by storescu; median of {rounds}"]
    for name, measured in seconds.items():
        middle = median(measured)
        spread = f"{min(measured):.2f}-{max(measured):.2f}"
        lines.append(f"  {name:8} {middle:6.2f} s  ({spread})  {len(files) / middle:7.0f} objects/s")
    ratio = median(seconds["gateway"]) / median(seconds["orthanc"])
    lines.append(f"  gateway / orthanc: {ratio:.2f}")
    return "\n".join(lines)
