import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ORDINARY_USER = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, with a path short enough for a Unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="diaphane-launcher-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def as_ordinary_user(function: Callable[[], None]) -> None:
    """Run `function` in a child that gave up root; its failure is ours."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(ORDINARY_USER)
            os.setuid(ORDINARY_USER)
            function()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], patience: float = 60) -> None:
    """Wait for what must come; give up in the end so that the suite ends."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "what was awaited did not come"
        time.sleep(0.02)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
