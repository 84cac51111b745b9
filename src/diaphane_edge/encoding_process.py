"""Hold the process that encodes and compares objects, and tell in one line how it was lost.

What a codec or a library writes when it fails may quote the object: of its last words only the places in
the code and the kind of error are kept (PS3.15 annex E would call the rest identifying).
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, cast

COMMAND = (sys.executable, "-X", "faulthandler", "-m", f"{__package__}.encoding", str(os.getpid()))
PLACE = re.compile(r'File "(?:[^"]*/)?([^"/]+)", line (\d+)')
KIND = re.compile(
    r"^(?:Fatal Python error: [A-Z][A-Za-z ]+|[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)\b)"
)
MOST_WORDS = 64 << 10
MOST_PLACES = 3
END_SECONDS = 2.0


class EncoderLostError(RuntimeError):
    """Say how the encoding process ended before it answered, without a word of what it was working on."""


class EncodingProcess:
    """One process, started anew when it is lost. For one thread, which must last as long as the process."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self._words: IO[bytes] = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - as long as this object

    def ensure(self) -> subprocess.Popen[str]:
        """Return the process, started if need be."""
        if self.process is None or self.process.poll() is not None:
            self._close_pipes()
            self._words.truncate(0)
            self.process = subprocess.Popen(
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words, text=True
            )
        return self.process

    def ask(self, **asked: object) -> dict[str, object]:
        """Have something done, and return the answer. Raises EncoderLostError."""
        process = self.ensure()
        tasks, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        try:
            tasks.write(json.dumps(asked) + "\n")
            tasks.flush()
            answer = cast(dict[str, object], json.loads(answers.readline()))
        except (OSError, ValueError) as error:
            raise EncoderLostError(self._tell_end(process)) from error
        if os.fstat(self._words.fileno()).st_size > MOST_WORDS:
            self._words.truncate(0)
        return answer

    def close(self) -> None:
        """End the process and forget what it said."""
        if self.process:
            self.process.kill()
            self.process.wait()
        self._close_pipes()
        self._words.close()

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout) if self.process else ():
            with suppress(OSError):
                cast(IO[str], pipe).close()

    def _tell_end(self, process: subprocess.Popen[str]) -> str:
        """Say how the process ended; one that goes on without answering is killed."""
        try:
            code = process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        self._words.seek(0)
        words = self._words.read(MOST_WORDS).decode(errors="replace")
        return " ".join([_name_end(code), *tell_fault(words)])


def tell_fault(words: str) -> list[str]:
    """Return the kind of an error and the innermost places in the code, from what a traceback says."""
    kinds = [found[0] for line in words.splitlines() if (found := KIND.match(line))]
    places = [f"{name}:{line}" for name, line in PLACE.findall(words)]
    is_fatal = bool(kinds) and kinds[0].startswith("Fatal")
    innermost = (
        places[:MOST_PLACES] if is_fatal else places[::-1][:MOST_PLACES]
    )  # faulthandler tells it first
    return [*(kinds[:1] if is_fatal else kinds[-1:]), *innermost]


def _name_end(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
