"""What listens to the logs hears a patient's name, INS or number, and nothing else (R62)."""

import logging

import pytest
import structlog

from tests.factories import PatientFactory, PatientIdentifierFactory
from tests.log_watch import LogWatch


@pytest.fixture
def watch(db: None) -> LogWatch:
    """Return a listener that only this test feeds, with a patient it knows."""
    watch, patient = LogWatch(), PatientFactory(birth_name="Delestre", first_names="Odile Anne")
    watch._know_patient(instance=patient)
    watch._know_identifier(instance=PatientIdentifierFactory(patient=patient, value="D123456789"))
    return watch


def say(watch: LogWatch, text: str) -> list[str]:
    watch.emit(logging.LogRecord("x", logging.INFO, __file__, 1, text, None, None))
    return watch.take_leaks()


@pytest.mark.parametrize("text", ["vu : DELESTRE^ODILE", "Odile Delestre", "patient=D123456789"])
def test_a_patient_is_heard(watch: LogWatch, text: str) -> None:
    assert len(say(watch, text)) == 1


@pytest.mark.parametrize("text", ["Odile", "delestre.py:12", "export 1 prêt", "D12345678"])
def test_anything_else_is_not(watch: LogWatch, text: str) -> None:
    assert say(watch, text) == []


def test_our_own_logger_is_listened_to(watch: LogWatch) -> None:
    root = logging.getLogger()
    root.addHandler(watch)
    structlog.get_logger("diaphane.essai").warning("patient_seen", name="Delestre Odile")
    root.removeHandler(watch)
    assert len(watch.take_leaks()) == 1
    # The suite's own listener heard it too: it is told so, for this test alone.
    from tests.conftest import _WATCH

    assert len(_WATCH.take_leaks()) == 1
