"""Ask the national service (INSi) for an identity by its traits: the port, and what is done with its answers.

The service answers one of three codes: one identity (00), none (01), several (02). After several, it is asked
again with every given name, then with the birth place. A real client stands behind ``NationalService``,
named by ``settings.NATIONAL_SERVICE``; without one the service is closed, and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, DiaphaneError, NotAllowedError
from diaphane.kernel.rights import may

from .identities import InsiAnswer, take_insi_answer
from .models import UNKNOWN_PLACE, Patient
from .queries import get_patient


class Code(StrEnum):
    """What the service answers."""

    ONE = "00"
    NONE = "01"
    SEVERAL = "02"


@dataclass(frozen=True)
class Question:
    """What the service is asked: name, given names, sex and birth date; the birth place when it helps."""

    birth_name: str
    first_names: tuple[str, ...]
    sex: str
    birth_date: date
    birth_place_code: str = ""


@dataclass(frozen=True)
class Reply:
    """The code, and the identity when there is exactly one."""

    code: Code
    answer: InsiAnswer | None = None


class NationalService(Protocol):
    """The INSi, whoever stands for it."""

    def find(self, question: Question) -> Reply:
        """Return who has these traits.

        Raises:
            NoAnswerError: it did not answer, or not as it should.
        """


class NoAnswerError(DiaphaneError):
    """The service did not answer: nothing is known of the identity, and nothing changes."""

    status_code = 503

    def __init__(self) -> None:
        super().__init__(
            _("The national service does not answer. The identity stays as it is: ask again later.")
        )


class ServiceClosedError(DiaphaneError):
    """This installation is not connected to the national service."""

    status_code = 503

    def __init__(self) -> None:
        message = _("The national service is not open to this installation: a document seen still validates.")
        super().__init__(message)


def open_national_service() -> NationalService:
    """Return the client of this installation.

    Raises:
        ServiceClosedError: none is declared.
    """
    if not settings.NATIONAL_SERVICE:
        raise ServiceClosedError
    service: NationalService = import_string(settings.NATIONAL_SERVICE)()
    return service


class NotOneIdentityError(ConflictError):
    """The service knows nobody, or several, with these traits; ``code`` says which."""

    def __init__(self, code: Code) -> None:
        none = _("The national service knows nobody with these traits: read them again on the document.")
        several = _("The national service knows several persons with these traits: add the birth place.")
        super().__init__(several if code is Code.SEVERAL else none)
        self.code = code


def ask_national_service(*, patient_id: UUID, service: NationalService, by: Actor, at: datetime) -> Patient:
    """Ask for a patient's INS and take it when exactly one identity agrees; each answer is traced (R43).

    Raises:
        NotAllowedError: the role takes no identity from the service.
        Patient.DoesNotExist: unknown at the actor's site.
        NotOneIdentityError: nobody, or several, have these traits.
        NoAnswerError: the service did not answer.
        GuardError, ConflictError: see ``take_insi_answer``.
    """
    if not may(by, "identity.retrieve"):
        raise NotAllowedError(_("This role takes no identity from the national service."))
    patient = get_patient(patient_id, actor=by)
    subject = Subject("patient", patient.pk, patient_id=patient.pk)
    try:
        reply = _ask(patient, service)
    except NoAnswerError:
        record("identity.insi_asked", by=by, at=at, subject=subject, detail={"code": "away"})
        raise
    record("identity.insi_asked", by=by, at=at, subject=subject, detail={"code": reply.code.value})
    if reply.answer is None:
        raise NotOneIdentityError(reply.code)
    return take_insi_answer(patient_id=patient_id, answer=reply.answer, by=by, at=at)


def _ask(patient: Patient, service: NationalService) -> Reply:
    reply = Reply(Code.NONE)
    for question in _list_questions(patient):
        reply = service.find(question)
        if reply.code is not Code.SEVERAL:
            break
    return reply


def _list_questions(patient: Patient) -> Iterator[Question]:
    """List the questions, each one narrower than the one before."""
    given = tuple(patient.first_names.split())
    question = Question(patient.birth_name, given[:1], patient.sex, patient.birth_date)
    yield question
    if len(given) > 1:
        question = replace(question, first_names=given)
        yield question
    if patient.birth_place_code != UNKNOWN_PLACE:
        yield replace(question, birth_place_code=patient.birth_place_code)
