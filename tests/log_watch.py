"""Listen to every log line of a test, as it would be written, and find the patients that it names (R62)."""

import io
import logging
import re
from collections.abc import Iterator

import structlog
from django.db.models.signals import post_save

from diaphane.config.logs import LOGGING

_WORD = re.compile(r"\w+")


class LogWatch(logging.Handler):
    """The lines written since the last look, and what would name the patients saved since."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        settings = LOGGING["formatters"]["structured"]
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=settings["processors"], foreign_pre_chain=settings["foreign_pre_chain"]
            )
        )
        self._lines = io.StringIO()
        self._numbers: set[str] = set()
        self._names: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Listen from now on."""
        from diaphane.patients.models import Patient, PatientIdentifier

        logging.getLogger().addHandler(self)
        post_save.connect(self._know_patient, sender=Patient, weak=False)
        post_save.connect(self._know_identifier, sender=PatientIdentifier, weak=False)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line that the console would show."""
        self._lines.write(f"{self.format(record)}\n")

    def take_leaks(self) -> list[str]:
        """Return the lines that name a patient, and begin again."""
        lines, self._lines = self._lines.getvalue().splitlines(), io.StringIO()
        leaks = list(self._find(lines))
        self._numbers, self._names = set(), set()
        return leaks

    def _find(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            if any(number in line for number in self._numbers):
                yield line
                continue
            words = {each.casefold() for each in _WORD.findall(line)}
            if any(family in words and given in words for family, given in self._names):
                yield line

    def _know_patient(self, *, instance: object, **_signal: object) -> None:
        family = _WORD.findall(str(instance.birth_name))  # type: ignore[attr-defined]
        given = _WORD.findall(str(instance.first_names))  # type: ignore[attr-defined]
        if family and given:
            self._names.add((family[0].casefold(), given[0].casefold()))
        if instance.ins:  # type: ignore[attr-defined]
            self._numbers.add(instance.ins)  # type: ignore[attr-defined]

    def _know_identifier(self, *, instance: object, **_signal: object) -> None:
        self._numbers.add(str(instance.value))  # type: ignore[attr-defined]
