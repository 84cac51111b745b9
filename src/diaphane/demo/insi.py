"""A national service for the demonstration: it knows the fictitious patients, and nobody else (R40)."""

from diaphane.kernel.words import fold
from diaphane.patients.identities import InsiAnswer
from diaphane.patients.insi import Code, Question, Reply

from .people import INS_DEMO_OID, PATIENTS, DemoPatient


class DemoInsi:
    """Answer one identity or none, as the real service does, without leaving the machine."""

    def find(self, question: Question) -> Reply:
        """Return who has these traits; given names must be the first ones, in order."""
        found = [each for each in PATIENTS if _agrees(each, question)]
        if len(found) == 1:
            return Reply(Code.ONE, _answer(found[0]))
        return Reply(Code.SEVERAL if found else Code.NONE)


def _answer(known: DemoPatient) -> InsiAnswer:
    return InsiAnswer(
        known.ins,
        INS_DEMO_OID,
        known.birth_name,
        known.first_names,
        known.sex,
        known.birth_date,
        known.commune,
    )


def _agrees(known: DemoPatient, question: Question) -> bool:
    names = [fold(each) for each in known.first_names.split()]
    asked = [fold(each) for each in question.first_names]
    return (
        fold(known.birth_name) == fold(question.birth_name)
        and names[: len(asked)] == asked
        and (known.sex, known.birth_date) == (question.sex, question.birth_date)
        and question.birth_place_code in ("", known.commune)
    )
