"""A no at any moment: what has not started stops, everyone is told, nothing is erased (R57, R60)."""

import pytest

from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED, organise_alternative
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.transitions import EXAM_TABLE
from diaphane.acquisition.withdrawing import withdraw_consent
from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties, list_steps
from diaphane.consents.answers import Details
from diaphane.consents.models import Consent
from diaphane.consents.operations import record_consent
from diaphane.consents.queries import get_consent, list_consents
from diaphane.conversations.queries import list_messages
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.transitions import REQUEST_TABLE
from diaphane.scheduling.queries import get_appointment
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.reading_scenes import acquired
from tests.scenes import Territory, submitted

from .table import arrived, planned, ready, started

NO_WORD = Details()


def say_no(act: Act, by: Actor, *, subject: str = "act", details: Details = NO_WORD) -> Consent:
    return withdraw_consent(act=act, subject=subject, source="patient", details=details, by=by, at=now())


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TREATING_PHYSICIAN, Role.ADMINISTRATOR])
def test_nobody_else_says_no_for_the_patient(territory: Territory, role: Role) -> None:
    exam = planned(territory)
    for by in (make_actor(role, territory.site), make_patient_actor(PatientFactory())):
        with pytest.raises(NotAllowedError):
            say_no(exam.act, by)
    assert Exam.objects.get(pk=exam.pk).state == exam.state


def test_the_exam_itself_is_stopped_by_the_platform_alone() -> None:
    assert EXAM_TABLE["withdraw"].roles == {SYSTEM.role}
    assert REQUEST_TABLE["withdraw"].roles == {SYSTEM.role}


@pytest.mark.parametrize("scene", [planned, arrived, ready])
@pytest.mark.parametrize(("subject", "motive"), [("act", "refuses_act"), ("distance", "refuses_distance")])
def test_what_has_not_started_stops_and_everyone_reads_it(
    territory: Territory, scene, subject: str, motive: str
) -> None:
    exam = scene(territory)
    was_given = get_consent(exam.act, subject) is not None
    said = say_no(exam.act, make_patient_actor(territory.patient), subject=subject)
    assert said.outcome == ("withdrawn" if was_given else "refused")
    stopped = Exam.objects.get(pk=exam.pk)
    assert (stopped.state, stopped.cancel_motive) == (ExamState.CANCELLED, motive)
    assert get_appointment(exam.act) is None
    assert [duty.guard for duty in list_open_duties(exam.act)] == [ALTERNATIVE_ORGANISED]
    last = list_messages(exam.act).last()
    assert last is not None
    assert "Ce qui était prévu est arrêté." in last.text
    step = list_steps(exam.act).last()
    assert step is not None
    assert (step.transition, step.actor_role) == ("withdraw", Role.SYSTEM)


def test_a_request_that_nobody_validated_stops_too_and_another_way_is_organised(territory: Territory) -> None:
    request = submitted(territory)
    say_no(request.act, territory.requester)
    assert ExamRequest.objects.get(pk=request.pk).state == RequestState.CANCELLED
    organise_alternative(act=request.act, by=territory.requester, at=now())
    assert not list_open_duties(request.act).exists()


def test_with_its_alternative_a_no_leaves_nothing_owed(territory: Territory) -> None:
    exam = planned(territory)
    details = Details(words="J’ai peur", alternative="Radiologue sur place jeudi à Rochefontaine")
    said = say_no(exam.act, territory.technologist, details=details)
    assert (said.words, said.alternative) == (details.words, details.alternative)
    assert not list_open_duties(exam.act).exists()


def test_once_started_the_patient_tells_a_person_and_the_person_writes_it(territory: Territory) -> None:
    exam = started(territory)
    with pytest.raises(ConflictError):
        say_no(exam.act, make_patient_actor(territory.patient))
    say_no(exam.act, territory.technologist, subject="distance")
    assert Exam.objects.get(pk=exam.pk).state == ExamState.IN_PROGRESS
    assert [duty.requirement for duty in list_open_duties(exam.act)] == ["R60"]
    with pytest.raises(ConflictError):
        say_no(exam.act, territory.technologist, subject="distance")
    assert list_consents(exam.act).filter(outcome="withdrawn").count() == 1


def test_images_are_not_read_after_a_no_until_the_patient_agrees_again(territory: Territory) -> None:
    exam = acquired(territory)
    say_no(exam.act, territory.technologist, subject="distance")
    read = EXAM_TABLE["read"]
    holds = next(guard for guard in read.guards if guard.code == "exam.consent_holds")
    missing = holds.check(exam, territory.imageur)
    assert missing is not None
    assert missing.requirement == "R57"
    assert not holds.yields_to_vital
    again = {"outcome": "given", "source": "patient", "by": territory.technologist, "at": now()}
    record_consent(act=exam.act, subject="distance", **again)
    assert holds.check(exam, territory.imageur) is None


@pytest.mark.parametrize(("subject", "source"), [("weather", "patient"), ("act", "nobody"), ("", "patient")])
def test_a_no_to_nothing_or_from_nobody_is_refused(territory: Territory, subject: str, source: str) -> None:
    exam = planned(territory)
    with pytest.raises(GuardError):
        withdraw_consent(
            act=exam.act,
            subject=subject,
            source=source,
            details=NO_WORD,
            by=territory.technologist,
            at=now(),
        )
    assert Exam.objects.get(pk=exam.pk).state == ExamState.SCHEDULED
