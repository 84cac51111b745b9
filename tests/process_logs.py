"""What processes that tests start write in files: web, worker, gateway, demo, whoever starts them (R62)."""

import subprocess
from pathlib import Path
from typing import Any


class ProcessLogs:
    """The files given to processes as their output, the logs beside them, and how far each was read."""

    def __init__(self) -> None:
        self._running: list[tuple[subprocess.Popen[Any], Path]] = []
        self._read: dict[Path, int] = {}
        self._kept: list[str] = []

    def install(self) -> None:
        """Note the output of every process started from now on."""
        start = subprocess.Popen.__init__

        def start_and_note(process: Any, *arguments: Any, **options: Any) -> None:
            start(process, *arguments, **options)
            self._note(process, options.get("stdout"), options.get("stderr"))

        subprocess.Popen.__init__ = start_and_note  # type: ignore[method-assign]

    def keep(self, folder: Path) -> None:
        """Read the logs of a folder that is about to go."""
        for path in sorted({*folder.rglob("*.log"), *self._list_noted(folder)}):
            self._kept += self._read_on(path)

    def take_lines(self) -> list[str]:
        """Return what was written since the last look; a process that has ended is looked at once more."""
        lines, self._kept = self._kept, []
        for path in sorted({path for _process, noted in self._running for path in self._list_logs(noted)}):
            lines += self._read_on(path)
        self._running = [each for each in self._running if each[0].poll() is None]
        return lines

    def _note(self, process: subprocess.Popen[Any], *outputs: Any) -> None:
        names = {getattr(each, "name", None) for each in outputs}
        self._running += [(process, Path(name)) for name in names if isinstance(name, str)]

    def _list_noted(self, folder: Path) -> set[Path]:
        return {path for _process, path in self._running if path.is_relative_to(folder)}

    @staticmethod
    def _list_logs(noted: Path) -> set[Path]:
        return {noted, *noted.parent.glob("*.log")}

    def _read_on(self, path: Path) -> list[str]:
        """Read a file from where it was left; one that is gone, or was begun again, is no error."""
        if not path.is_file():
            return []
        start = self._read.get(path, 0)
        with path.open("rb") as file:
            file.seek(start if start <= path.stat().st_size else 0)
            content = file.read()
            self._read[path] = file.tell()
        return content.decode(errors="replace").splitlines()


PROCESS_LOGS = ProcessLogs()
"""Those of this test process."""
