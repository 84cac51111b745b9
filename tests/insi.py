"""A local national service: it answers 00, 01 or 02 as the documentation of the INSi says."""

from dataclasses import dataclass, field

from diaphane.kernel.words import fold
from diaphane.patients.identities import InsiAnswer
from diaphane.patients.insi import Code, Question, Reply


@dataclass
class LocalInsi:
    """Hold fictitious identities, and remember what it was asked."""

    identities: list[InsiAnswer] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def find(self, question: Question) -> Reply:
        """Return the one identity whose traits agree; given names must be the first ones, in order."""
        self.asked.append(question)
        found = [each for each in self.identities if _agrees(each, question)]
        if len(found) == 1:
            return Reply(Code.ONE, found[0])
        return Reply(Code.SEVERAL if found else Code.NONE)


def _agrees(known: InsiAnswer, question: Question) -> bool:
    names = [fold(each) for each in known.first_names.split()]
    asked = [fold(each) for each in question.first_names]
    return (
        fold(known.birth_name) == fold(question.birth_name)
        and names[: len(asked)] == asked
        and known.sex == question.sex
        and known.birth_date == question.birth_date
        and question.birth_place_code in ("", known.birth_place_code)
    )
