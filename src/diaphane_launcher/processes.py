"""Start children that cannot outlive the launcher, even when the launcher is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """Name the system account a child runs as."""

    uid: int
    gid: int


def die_with_parent(parent: int, signal_number: int) -> Callable[[], None]:
    """Return what a child runs before exec so that it dies with the launcher.

    The kernel clears this setting when credentials change, and ties it to the thread that forked:
    children are started from the main thread only, and this runs after the change of user.
    """

    def arrange() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # the launcher died before the setting took effect
            os._exit(1)

    return arrange


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    output: IO[bytes] | None = None,
    folder: Path | None = None,
    death_signal: int = signal.SIGKILL,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (Ctrl-C reaches the launcher alone) that dies with us."""
    return subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=own_session,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=die_with_parent(os.getpid(), death_signal),
    )


def run_attached(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> int:
    """Run a child on this terminal to its end; Ctrl-C is its own to answer, `kill` is passed on."""
    child = spawn(command, environment=environment, folder=folder, own_session=False)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
        except SystemExit:
            child.terminate()
            child.wait()
            raise


@dataclass(frozen=True)
class Outcome:
    """Hold how a child ended and what it said."""

    code: int
    output: str


def run_quietly(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Run a child to its end and keep what it says for the case where it fails."""
    with tempfile.TemporaryFile() as output:
        child = spawn(command, environment=environment, account=account, output=output, folder=folder)
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        output.seek(0)
        return Outcome(code, output.read().decode(errors="replace"))
