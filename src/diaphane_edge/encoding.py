"""Encode and compare objects in a process apart: `python -m diaphane_edge.encoding PARENT`, by the gateway.

Reads one task a line on its standard input, and writes one answer a line: JSON both ways. The codec's time
and memory are kept away from reception, which comes first. PARENT is the gateway's process number.
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .digests import DamagedFileError, name_ready, read_intact
from .durable import write_durably
from .reasons import Reason

if TYPE_CHECKING:
    from diaphane_dicom.htj2k import Transcoded

PR_SET_PDEATHSIG = 1
NICENESS = 10


class Task(NamedTuple):
    """An object to encode: the first bytes of a file, and the digest of what came."""

    path: str
    size: int | None
    digest: str


class Encoded(NamedTuple):
    """What became of a task: a file's name, or why there is none, or why a person must look at the object."""

    name: str | None = None
    untouched_because: str | None = None
    unfit_because: str | None = None
    accession_number: str = ""


class Compared(NamedTuple):
    """Whether two objects are the same; None when the first is no longer where it was, or no longer whole."""

    is_same: bool | None = None
    unfit_because: str | None = None
    accession_number: str = ""


def main(parent: int) -> None:
    """Do what is asked until nobody asks any more."""
    end_with(parent)
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    os.nice(NICENESS)
    os.umask(0o077)
    from diaphane_dicom.htj2k import transcode_to_htj2k  # slow to load, so once sure to end with the parent

    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line), transcode_to_htj2k)) + "\n")
        sys.stdout.flush()


def answer(asked: Mapping[str, Any], transcode: "Callable[[bytes], Transcoded]") -> dict[str, object]:
    """Do what is asked, one thing at a time, and say what became of it."""
    if "compare" in asked:
        first, second = (Task(**each) for each in asked["compare"])
        return compare(first, second)._asdict()
    return encode(Task(**asked["encode"]), transcode)._asdict()


def encode(task: Task, transcode: "Callable[[bytes], Transcoded]") -> Encoded:
    """Encode an object into a file beside its own, durably, or say why it stays as it is."""
    path = Path(task.path)
    try:
        content, part10 = read_intact(path, size=task.size, digest=task.digest)
    except FileNotFoundError:
        return Encoded(unfit_because=Reason.FILE_MISSING)
    except DamagedFileError:
        return Encoded(unfit_because=Reason.FILE_DAMAGED)
    encoded = transcode(content)
    name, untouched_because = name_ready(sha256(encoded.content).hexdigest()), encoded.untouched_because
    if encoded.is_changed:
        try:
            write_durably(path.with_name(name), encoded.content)
        except OSError as error:
            untouched_because = f"the disk refuses: {error.strerror}"
    return Encoded(
        name=None if untouched_because else name,
        untouched_because=untouched_because,
        accession_number=str(part10.header.get("AccessionNumber", "")),
    )


def compare(first: Task, second: Task) -> Compared:
    """Compare an object that came again with the first, pixel by pixel, whatever their transfer syntaxes."""
    from diaphane_dicom.sameness import is_same_object

    try:
        other, part10 = read_intact(Path(second.path), size=second.size, digest=second.digest)
    except FileNotFoundError:
        return Compared(unfit_because=Reason.FILE_MISSING)
    except DamagedFileError:
        return Compared(unfit_because=Reason.FILE_DAMAGED)
    try:
        one, _part10 = read_intact(Path(first.path), size=first.size, digest=first.digest)
    except (FileNotFoundError, DamagedFileError):
        return Compared()
    is_same = is_same_object(one, other)
    return Compared(
        is_same=is_same,
        unfit_because=None if is_same else Reason.OTHER_CONTENT,
        accession_number=str(part10.header.get("AccessionNumber", "")),
    )


def end_with(parent: int) -> None:
    """Die with another process however it ends (prctl(2)), even if it has just ended.

    What outlived the gateway would write into the spool of the next one.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
