"""Listen to every log line of a test, as it would be written, and find the patients that it names (R62).

The lines are those of the test's own process, and those that the processes it starts write in files
(``process_logs``). The patients are those saved meanwhile, and those that another process holds: the demo's,
and whoever the tests' DICOM objects name.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

import structlog
from django.db.models.signals import post_save

from diaphane.config.logs import LOGGING

_WORD = re.compile(r"\w+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ALWAYS = (("Inconnu", "Anne"), ("Lescure", "Émilienne"), ("Lévêque", "Éloïse"))
"""Whom the tests' DICOM objects name, where no patient of the platform is meant."""


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
        self._forget()

    def install(self) -> None:
        """Listen from now on."""
        from diaphane.patients.models import Patient, PatientIdentifier

        logging.getLogger().addHandler(self)
        post_save.connect(self._know_patient, sender=Patient, weak=False)
        post_save.connect(self._know_identifier, sender=PatientIdentifier, weak=False)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line that the console would show."""
        self._lines.write(f"{self.format(record)}\n")

    def take_leaks(self, written: Iterable[str] = ()) -> list[str]:
        """Return the lines that name a patient, those written elsewhere too, and begin again."""
        lines, self._lines = self._lines.getvalue().splitlines(), io.StringIO()
        leaks = list(self._find([*lines, *written]))
        self._forget()
        return leaks

    def _find(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            said = _fold(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), line))
            words = set(_WORD.findall(said))
            is_numbered = any(number in said for number in self._numbers) or not words.isdisjoint(self._days)
            if is_numbered or any(family in words and given in words for family, given in self._names):
                yield line

    def _forget(self) -> None:
        from diaphane.demo.people import PATIENTS

        self._numbers: set[str] = set()
        self._days: set[str] = set()
        self._names: set[tuple[str, str]] = set()
        for family, given in _ALWAYS:
            self._know(family, given)
        for each in PATIENTS:
            self._know(each.birth_name, each.first_names, ins=each.ins, born=each.birth_date)

    def _know(self, family: str, given: str, *, ins: str = "", born: date | None = None) -> None:
        families, givens = _WORD.findall(_fold(family)), _WORD.findall(_fold(given))
        if families and givens:
            self._names.add((families[0], givens[0]))
        if ins:
            self._numbers.add(_fold(ins))
        if born is not None:
            self._days.add(f"{born:%Y%m%d}")
            self._numbers |= {f"{born:%Y-%m-%d}", f"{born:%d/%m/%Y}"}

    def _know_patient(self, *, instance: object, **_signal: object) -> None:
        born = instance._meta.get_field("birth_date").to_python(instance.birth_date)  # type: ignore[attr-defined]
        self._know(
            str(instance.birth_name),  # type: ignore[attr-defined]
            str(instance.first_names),  # type: ignore[attr-defined]
            ins=str(instance.ins),  # type: ignore[attr-defined]
            born=born,
        )

    def _know_identifier(self, *, instance: object, **_signal: object) -> None:
        self._numbers.add(_fold(str(instance.value)))  # type: ignore[attr-defined]


def _fold(text: str) -> str:
    """Return a text without accents or case: a name is a name however it is written."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
