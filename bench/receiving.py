"""How long a modality waits: one series sent by DCMTK's storescu, to our gateway and to Orthanc in turn.

By one association, by four that share the series, and by one whose sender leaves Nagle's algorithm on, as
DCMTK does where it is not told otherwise. Each time the store is empty and the receiver has been up for a
moment. The gateway syncs each object to disk before its acknowledgement.
"""

import argparse
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .peers import ENVIRONMENT, SCANNER, Receiver, find_program, gateway, orthanc
from .series import list_slices

Peer = Callable[[Path], AbstractContextManager[Receiver]]
PEERS: dict[str, Peer] = {"orthanc": orthanc, "gateway": gateway}
SETTLE_SECONDS = 4.0
_NAGLE = {name: value for name, value in ENVIRONMENT.items() if name != "TCP_NODELAY"}


@dataclass(frozen=True)
class Way:
    """A way to send: by how many associations, with which environment, and our goal over Orthanc."""

    name: str
    associations: int
    environment: Mapping[str, str]
    goal: str


WAYS = (
    Way("1 association", 1, ENVIRONMENT, "2.0"),
    Way("4 associations", 4, ENVIRONMENT, "1.8"),
    Way("1, Nagle left on", 1, _NAGLE, "2.0"),
)


@dataclass(frozen=True)
class Sent:
    """What sending took: seconds, and of the receiver itself, processor seconds and the most memory."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Let another series be sent."""
    parser.add_argument("--images", type=Path, help="a folder of DICOM files (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Send the series to each peer in turn, each way, as many times as asked, and return the table."""
    files = list_slices(options.images)
    storescu = find_program("storescu", "dcmtk")
    measured: dict[tuple[str, str], list[Sent]] = {}
    for number in range(options.rounds):
        for way in WAYS:
            for name, peer in PEERS.items():
                place = folder / f"{name}-{way.associations}-{way.environment is _NAGLE}-{number}"
                place.mkdir()
                with peer(place) as receiver:
                    time.sleep(SETTLE_SECONDS)
                    sent = _send(storescu, receiver, files, way)
                measured.setdefault((way.name, name), []).append(sent)
    return _describe(measured, files, options.rounds)


def _send(storescu: str, receiver: Receiver, files: Sequence[Path], way: Way) -> Sent:
    command = [storescu, "-R", "-aet", SCANNER, "-aec", "PEER", "127.0.0.1", str(receiver.port)]
    shares = [files[first :: way.associations] for first in range(way.associations)]
    cpu_before, start = receiver.cpu_seconds, time.perf_counter()
    senders = [
        subprocess.Popen([*command, *map(str, share)], env=dict(way.environment), stderr=subprocess.DEVNULL)
        for share in shares
    ]
    codes = [sender.wait() for sender in senders]
    seconds = time.perf_counter() - start
    if any(codes):
        raise RuntimeError(f"storescu ended with {codes}")
    return Sent(seconds, receiver.cpu_seconds - cpu_before, receiver.peak_bytes)


def _describe(measured: dict[tuple[str, str], list[Sent]], files: Sequence[Path], rounds: int) -> str:
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    lines = [f"C-STORE of {len(files)} objects, {megabytes:.0f} MB, by storescu, in turn; median of {rounds}"]
    for way in WAYS:
        theirs = median(each.seconds for each in measured[way.name, "orthanc"])
        for name in PEERS:
            sent = measured[way.name, name]
            seconds = [each.seconds for each in sent]
            middle = median(seconds)
            lines.append(
                f"  {way.name:17} {name:8} {middle:6.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"
                f" {len(files) / middle:6.0f} objects/s  × {theirs / middle:.2f}"
                f"   CPU {median(each.cpu_seconds for each in sent) / len(files) * 1e3:.2f} ms an object,"
                f" at most {max(each.peak_bytes for each in sent) / 1e6:.0f} MB"
            )
        lines.append(f"  {'':17} goal: × {way.goal}")
    lines.append("  CPU and memory of the receiver's own process; goal of the gateway: 2.5 ms, 120 MB")
    return "\n".join(lines)
