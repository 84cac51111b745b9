"""How the encoding process was lost is one line of the log, without a word of what it worked on."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from diaphane_edge import encoding_process
from diaphane_edge.encoder import Encoder
from diaphane_edge.encoding_process import tell_fault
from diaphane_edge.spool import Spool
from diaphane_edge.states import State
from tests.unit.diaphane_dicom.files import image

from .arrivals import receive

ENDS = {
    "raise ValueError('GARNIER^ODETTE')": ("exit 1", "ValueError", "<string>:1"),
    "import ctypes; ctypes.string_at(0)": ("SIGSEGV", "Fatal Python error: Segmentation fault"),
    "import os; print('GARNIER^ODETTE', file=sys.stderr, flush=True); os.abort()": ("SIGABRT",),
    "sys.exit('GARNIER^ODETTE')": ("exit 1",),
}
"""Ways for the process to end once it has been asked something, and what may be said of each."""


@pytest.fixture
def encoder(tmp_path: Path) -> Iterator[Encoder]:
    spool = Spool(tmp_path / "spool")
    receive(spool, image(np.zeros((4, 4), np.uint8), PatientName="GARNIER^ODETTE"))
    encoder = Encoder(spool)
    yield encoder
    encoder.process.close()
    spool.close()


@pytest.mark.parametrize("end", ENDS)
def test_an_encoder_that_is_lost_is_told_without_what_it_said(
    encoder: Encoder, end: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = f"import sys; sys.stdin.readline(); {end}"
    python = encoding_process.COMMAND[0]
    monkeypatch.setattr(encoding_process, "COMMAND", (python, "-X", "faulthandler", "-c", code))
    with capture_logs() as lines:
        encoder.encode_next()
    lost = [line for line in lines if line["event"] == "encoder_lost"]
    assert len(lost) == 2
    for words in ENDS[end]:
        assert words in lost[0]["how"]
    assert "GARNIER" not in str(lines)
    assert capfd.readouterr().err == ""
    assert encoder._spool.journal.count()[State.COMPRESSED] == 1


def test_a_killed_encoder_is_started_again(encoder: Encoder) -> None:
    os.kill(encoder.process.ensure().pid, signal.SIGKILL)
    encoder.process.ensure().wait()
    encoder.encode_next()
    assert encoder._spool.journal.count()[State.COMPRESSED] == 1


def test_of_a_traceback_the_kind_and_the_innermost_places_are_kept() -> None:
    words = (
        "Traceback (most recent call last):\n"
        '  File "/opt/diaphane/encoding.py", line 80, in main\n    encode(task)\n'
        '  File "/opt/diaphane/htj2k.py", line 7, in encode\n    raise\n'
        "pydicom.errors.BytesLengthException: 'ESSAI^ANNA' is no number\n"
    )
    assert tell_fault(words) == ["pydicom.errors.BytesLengthException", "htj2k.py:7", "encoding.py:80"]
    assert tell_fault("GARNIER ODETTE\nsomething else") == []
