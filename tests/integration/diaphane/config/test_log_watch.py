"""What listens to the logs hears a patient's name, birth date, INS or number, and nothing else (R62)."""

import logging
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import structlog

from tests.factories import PatientFactory, PatientIdentifierFactory
from tests.log_watch import LogWatch
from tests.process_logs import ProcessLogs

DELESTRE = {"birth_name": "Delestre", "first_names": "Éloïse Anne", "birth_date": date(1961, 3, 9)}


@pytest.fixture
def watch(db: None) -> LogWatch:
    """Return a listener that only this test feeds, with a patient it knows."""
    watch, patient = LogWatch(), PatientFactory(**DELESTRE)
    watch._know_patient(instance=patient)
    watch._know_identifier(instance=PatientIdentifierFactory(patient=patient, value="D123456789"))
    return watch


def say(watch: LogWatch, text: str) -> list[str]:
    watch.emit(logging.LogRecord("x", logging.INFO, __file__, 1, text, None, None))
    return watch.take_leaks()


@pytest.mark.parametrize(
    "text",
    [
        "vu : DELESTRE^ELOISE",
        "Éloïse Delestre",
        "patient=D123456789",
        "born=19610309",
        "1961-03-09",
        "09/03/1961",
        "LESCURE^EMILIENNE",
    ],
)
def test_a_patient_is_heard(watch: LogWatch, text: str) -> None:
    assert len(say(watch, text)) == 1


@pytest.mark.parametrize(
    "text", ["Éloïse", "delestre.py:12", "export 1 prêt", "D12345678", "2.25.1961030912"]
)
def test_anything_else_is_not(watch: LogWatch, text: str) -> None:
    assert say(watch, text) == []


def test_our_own_logger_is_listened_to(watch: LogWatch) -> None:
    root = logging.getLogger()
    root.addHandler(watch)
    structlog.get_logger("diaphane.essai").warning("patient_seen", name="Delestre Éloïse")
    root.removeHandler(watch)
    assert len(watch.take_leaks()) == 1
    # The suite's own listener heard it too: it is told so, for this test alone.
    from tests.conftest import _WATCH

    assert len(_WATCH.take_leaks()) == 1


def test_what_other_processes_write_is_read_once_wherever_it_goes(watch: LogWatch, tmp_path: Path) -> None:
    from tests.conftest import PROCESS_LOGS

    logs, before = ProcessLogs(), subprocess.Popen.__init__
    logs.install()
    try:
        with (tmp_path / "said").open("wb") as said:
            beside = f"open({str(tmp_path / 'beside.log')!r}, 'w').write('D123456789')"
            command = [sys.executable, "-c", f"print('vu : DELESTRE^ELOISE', flush=True); {beside}"]
            subprocess.run(command, stdout=said, stderr=said, check=True)
    finally:
        subprocess.Popen.__init__ = before  # type: ignore[method-assign]
    assert len(watch.take_leaks(logs.take_lines())) == 2
    assert logs.take_lines() == []
    PROCESS_LOGS.take_lines()  # the suite's own heard it too: it is told so, for this test alone


def test_a_folder_that_goes_is_read_before(watch: LogWatch, tmp_path: Path) -> None:
    logs = ProcessLogs()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "worker.log").write_text("D123456789\n")
    logs.keep(tmp_path)
    assert len(watch.take_leaks(logs.take_lines())) == 1
