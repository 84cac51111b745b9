"""Keep the children of one command: start them with a log each, notice a death, stop them in order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import LauncherError, explain_log, explain_tool_failure, is_disk_full
from .processes import spawn
from .restarts import Restarts
from .terminal import say

STOP_SECONDS = 4.5
LAST_LINES = 12


@dataclass(frozen=True)
class Child:
    """Know one running child by its name, its process, its log and the signal that stops it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int = signal.SIGTERM
    restarts: Restarts | None = None
    """What starts it again when it dies; None when its death ends everything."""


def fresh_log(folder: Path, name: str) -> Path:
    """Return the path of an empty log, keeping the one of the run before."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists():
        log.replace(folder / f"{name}.previous.log")
    return log


class Supervisor:
    """Hold children in starting order.

    While things are put in place, and afterwards for those that are not to be started again, the first one
    to die ends them all.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str], folder: Path) -> None:
        self.logs = logs
        self.environment = environment
        self.folder = folder
        self.children: list[Child] = []
        self.tasks: list[Child] = []

    def _spawn(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return spawn(command, environment=self.environment, output=output, folder=self.folder)

    def start(self, name: str, command: Sequence[str], *, restarts: bool = False) -> None:
        """Start a child that is to stay, whose output goes to its own log; `restarts` if it dies."""
        log = fresh_log(self.logs, name)
        kept = Restarts(tuple(command)) if restarts else None
        self.adopt(Child(name, self._spawn(command, log), log, restarts=kept))

    def begin(self, name: str, command: Sequence[str]) -> None:
        """Start a task that is to end by itself."""
        log = fresh_log(self.logs, name)
        self.tasks.append(Child(name, self._spawn(command, log), log))

    def finish(self, name: str) -> None:
        """Wait for a task's end.

        Raises:
            LauncherError: it failed, or a child died meanwhile.
        """
        task = next(task for task in self.tasks if task.name == name)
        while task.process.poll() is None:
            self.check()
            time.sleep(0.05)
        self.tasks.remove(task)
        if task.process.returncode:
            raise LauncherError(explain_log(name.capitalize(), task.log))

    def adopt(self, child: Child) -> None:
        """Take charge of a child that was started elsewhere."""
        self.children.append(child)

    def check(self) -> None:
        """Make sure that every child lives.

        Raises:
            LauncherError: one ended; its log's last lines say why.
        """
        for child in self.children:
            _require_alive(child)

    def watch(self) -> None:
        """Wait for ever, starting again what may be, or until a child dies for good.

        Raises:
            LauncherError: one ended; its log's last lines say why.
        """
        while True:
            for position, child in enumerate(self.children):
                self.children[position] = self._keep_alive(child)
            time.sleep(0.2)

    def _keep_alive(self, child: Child) -> Child:
        """Return a child that lives, or one whose time to be started again has not come."""
        code = child.process.poll()
        if code is None:
            return child
        if child.restarts is None or is_disk_full(child.log.parent):
            _require_alive(child)
            return child
        if child.restarts.is_noted(child.process.pid):
            if not child.restarts.is_due:
                return child
            return replace(child, process=self._spawn(child.restarts.command, child.log))
        seconds = child.restarts.note(child.process.pid)
        if seconds is None:
            _require_alive(child)
        say(f"  « {child.name} » s'est arrêté ({_name_end(code)}) : il repart dans {seconds:g} s.")
        return child

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop the children in reverse order: ask, then insist before the time is over.

        The first child (the database) is asked only once those that use it have ended.
        """
        deadline = time.monotonic() + seconds
        first, others = self.children[:1], self.children[1:] + self.tasks
        _stop_together(others[::-1], deadline - seconds * 0.2)
        _stop_together(first, deadline)


def _require_alive(child: Child) -> None:
    """Raise LauncherError when a child has ended."""
    code = child.process.poll()
    if code is None:
        return
    if is_disk_full(child.log.parent):
        raise LauncherError(explain_tool_failure(f"« {child.name} »", "", child.log.parent))
    raise LauncherError(
        f"« {child.name} » s'est arrêté ({_name_end(code)}). Fin de son journal {child.log} :\n"
        + last_lines(child.log)
    )


def _name_end(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _stop_together(children: Sequence[Child], deadline: float) -> None:
    """Ask each to stop, wait for all of them, and kill the groups of those that remain."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_group(child.process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and its own children: each child leads a process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def last_lines(log: Path, count: int = LAST_LINES) -> str:
    """Return the end of a log, indented."""
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join(f"    {line}" for line in lines)
