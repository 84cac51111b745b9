"""Show progress in short French lines."""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def never_choke_on_accents() -> None:
    """Print a question mark for what an old terminal's encoding cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(line: str) -> None:
    """Print one line at once."""
    print(line, flush=True)


def fail(line: str) -> None:
    """Print the one line that says why the command stopped."""
    print(f"✗ {line}", file=sys.stderr, flush=True)


@contextmanager
def step(label: str, hint: str = "") -> Iterator[None]:
    """Announce a step while it runs (a long one has a hint) and tick it when it is done."""
    started = time.monotonic()
    announced = f"… {label} ({hint})" if hint else f"… {label}"
    live = sys.stdout.isatty()
    if live or hint:
        print(announced, end="" if live else "\n", flush=True)
    try:
        yield
    except BaseException:
        if live:
            print(flush=True)
        raise
    took = time.monotonic() - started
    suffix = f" ({took:.0f} s)" if took >= 1 else ""
    done = f"✓ {label}{suffix}"
    print(f"\r{done.ljust(len(announced))}" if live else done, flush=True)
