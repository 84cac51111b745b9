"""An exam opened in an emergency: reasoned, proven, for a while, read only, told, reviewed (R42, R44)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from diaphane.access.models import Grant
from diaphane.access.queries import can_see_act, is_reader_for_a_while
from diaphane.accounts.operations import TooManyTriesError
from diaphane.acts.emergencies import (
    LASTS,
    MOST_TRIES,
    NoSuchExamError,
    Plea,
    Sought,
    end_emergency,
    end_those_over,
    open_in_emergency,
    review_emergency,
)
from diaphane.acts.emergency_queries import get_my_emergency, list_my_emergencies, list_to_review
from diaphane.acts.models import EmergencyAccess
from diaphane.audit.models import Entry
from diaphane.conversations.operations import post_message
from diaphane.events.models import Event
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.models import Patient
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import take_request
from tests import scenes
from tests.factories import PatientFactory, StructureFactory, make_actor, make_patient_actor
from tests.reading_scenes import fresh_code
from tests.scenes import Territory

PLEA = Plea("care", "Patiente aux urgences, inconsciente.")
CARING = (Role.IMAGEUR, Role.REQUESTING_PHYSICIAN, Role.TECHNOLOGIST, Role.TREATING_PHYSICIAN)


@pytest.fixture
def request_(territory: Territory) -> ExamRequest:
    return scenes.submitted(territory)


@pytest.fixture
def outsider(territory: Territory) -> Actor:
    return make_actor(Role.IMAGEUR, StructureFactory())


def break_glass(
    act: object, by: Actor, at: datetime, *, plea: Plea = PLEA, code: str = ""
) -> EmergencyAccess:
    sought = Sought(accession_number=act.accession_number)  # type: ignore[attr-defined]
    [access] = open_in_emergency(sought=sought, plea=plea, code=code or fresh_code(by), by=by, at=at)
    return access


def test_who_cares_for_nobody_breaks_no_glass(
    request_: ExamRequest, territory: Territory, at: datetime
) -> None:
    elsewhere = StructureFactory()
    nobodies = [make_actor(Role.DPO, elsewhere), make_patient_actor(PatientFactory()), SYSTEM]
    for nobody in nobodies:
        with pytest.raises(NotAllowedError):
            break_glass(request_.act, nobody, at, code="000000")
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("plea", [Plea("", "Urgence"), Plea("curiosity", "Urgence"), Plea("care", "  ")])
def test_without_a_reason_nothing_opens_and_the_code_still_serves(
    request_: ExamRequest, outsider: Actor, at: datetime, plea: Plea
) -> None:
    code = fresh_code(outsider)
    with pytest.raises(GuardError):
        break_glass(request_.act, outsider, at, plea=plea, code=code)
    assert not can_see_act(outsider, request_.act_id)
    assert break_glass(request_.act, outsider, at, code=code)


def test_without_the_second_factor_nothing_opens(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    code = fresh_code(outsider)
    with pytest.raises(GuardError):
        break_glass(request_.act, outsider, at, code="000000" if code != "000000" else "111111")
    assert not can_see_act(outsider, request_.act_id)


@pytest.mark.parametrize("role", CARING)
def test_it_opens_to_one_person_in_one_role_until_its_end(
    request_: ExamRequest, at: datetime, role: Role
) -> None:
    elsewhere = StructureFactory()
    caring, colleague = make_actor(role, elsewhere), make_actor(role, elsewhere)
    access = break_glass(request_.act, caring, at)
    assert can_see_act(caring, request_.act_id)
    assert access.ends_at == at + LASTS
    others = [colleague, replace(caring, role=Role.DPO)]
    assert not any(can_see_act(other, request_.act_id) for other in others)


def test_it_is_over_by_the_clock_before_any_job(request_: ExamRequest, outsider: Actor, at: datetime) -> None:
    break_glass(request_.act, outsider, at - LASTS)
    assert Grant.objects.filter(holder_id=outsider.id, ended_at=None).exists()
    assert not can_see_act(outsider, request_.act_id)
    assert not list_my_emergencies(outsider, at=at)


def test_the_job_ends_what_is_over_and_nothing_else(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    other = make_actor(Role.IMAGEUR, StructureFactory())
    break_glass(request_.act, outsider, at - LASTS)
    break_glass(request_.act, other, at)
    assert (end_those_over(at=at), end_those_over(at=at)) == (1, 0)
    assert not Grant.objects.filter(holder_id=outsider.id, ended_at=None).exists()
    assert can_see_act(other, request_.act_id)
    assert Entry.objects.filter(action="emergency.ended", act_id=request_.act_id).count() == 1


def test_it_may_be_asked_again_once_it_is_over(request_: ExamRequest, outsider: Actor, at: datetime) -> None:
    break_glass(request_.act, outsider, at - LASTS)
    break_glass(request_.act, outsider, at)
    assert can_see_act(outsider, request_.act_id)
    assert EmergencyAccess.objects.filter(ended_at=None).count() == 1


def test_the_person_closes_it_themselves_and_nobody_else_does(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    access = break_glass(request_.act, outsider, at)
    with pytest.raises(EmergencyAccess.DoesNotExist):
        get_my_emergency(access.pk, actor=make_actor(Role.IMAGEUR, StructureFactory()))
    end_emergency(access=get_my_emergency(access.pk, actor=outsider), by=outsider, at=at)
    assert not can_see_act(outsider, request_.act_id)
    with pytest.raises(ConflictError):
        end_emergency(access=access, by=outsider, at=at)


def test_who_sees_the_exam_already_needs_no_emergency(
    request_: ExamRequest, territory: Territory, at: datetime
) -> None:
    with pytest.raises(ConflictError):
        break_glass(request_.act, territory.technologist, at)


def test_the_whole_identity_names_the_patient_and_a_part_of_it_names_nobody(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    patient = request_.act.patient
    whole = Sought(
        birth_name=patient.birth_name.lower(),
        first_name=patient.first_names.split(" ")[0].upper(),
        birth_date=patient.birth_date,
    )
    parts = [
        replace(whole, birth_name=""),
        replace(whole, first_name=patient.first_names[:2]),
        replace(whole, birth_date=None),
        replace(whole, birth_date=date(1900, 1, 1)),
    ]
    for part in parts:
        with pytest.raises(NoSuchExamError):
            open_in_emergency(sought=part, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    opened = open_in_emergency(sought=whole, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    assert [each.act_id for each in opened] == [request_.act_id]


def test_two_patients_of_one_identity_are_not_guessed_between(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    patient = request_.act.patient
    twin = {name: getattr(patient, name) for name in ("birth_name", "first_names", "birth_date", "sex")}
    PatientFactory(**twin, provisional=True)
    names = Sought(
        birth_name=patient.birth_name,
        first_name=patient.first_names.split(" ")[0],
        birth_date=patient.birth_date,
    )
    with pytest.raises(NoSuchExamError):
        open_in_emergency(sought=names, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("named", ["kept", "merged"])
def test_an_identity_merged_into_another_leads_to_its_exams(
    request_: ExamRequest, outsider: Actor, at: datetime, named: str
) -> None:
    patient = request_.act.patient
    traits = {"first_names": patient.first_names, "birth_date": patient.birth_date, "sex": patient.sex}
    double = PatientFactory(**traits, birth_name="Autrement", provisional=True, merged_into=patient)
    PatientFactory(**traits, birth_name=patient.birth_name, provisional=True, merged_into=double)
    names = Sought(
        birth_name=patient.birth_name if named == "kept" else "autrement",
        first_name=patient.first_names.split(" ")[0],
        birth_date=patient.birth_date,
    )
    [opened] = open_in_emergency(sought=names, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    assert opened.act_id == request_.act_id


def test_guessing_numbers_is_traced_and_stopped(outsider: Actor, at: datetime) -> None:
    for number in range(MOST_TRIES):
        sought = Sought(accession_number=f"DIA0000{number}")
        with pytest.raises(NoSuchExamError):
            open_in_emergency(sought=sought, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    with pytest.raises(TooManyTriesError):
        open_in_emergency(sought=sought, plea=PLEA, code=fresh_code(outsider), by=outsider, at=at)
    assert Entry.objects.filter(action="emergency.not_found", actor_id=outsider.id).count() == MOST_TRIES


def test_it_lets_read_and_write_a_message_and_decide_nothing(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    break_glass(request_.act, outsider, at)
    assert is_reader_for_a_while(outsider, request_.act_id)
    post_message(act=request_.act, text="J’ai besoin de ce scanner.", by=outsider, at=at)
    with pytest.raises(NotAllowedError, match="urgence"):
        take_request(request=request_, by=outsider, at=at)
    assert ExamRequest.objects.get(pk=request_.pk).state == "submitted"


def test_everything_is_in_the_trail_and_heard_of(
    request_: ExamRequest, outsider: Actor, at: datetime
) -> None:
    access = break_glass(request_.act, outsider, at)
    [entry] = Entry.objects.filter(action="emergency.opened")
    assert (entry.act_id, entry.actor_id, entry.subject_id) == (request_.act_id, outsider.id, access.pk)
    assert Entry.objects.filter(action="second_factor.confirmed", actor_id=outsider.id).exists()
    assert Event.objects.filter(kind="emergency.opened", act_id=request_.act_id).exists()
    assert PLEA.words not in str(entry.detail)


def test_only_administrators_of_those_concerned_review(
    request_: ExamRequest, outsider: Actor, territory: Territory, at: datetime
) -> None:
    access = break_glass(request_.act, outsider, at)
    theirs = make_actor(Role.DPO, territory.site)
    assert list(list_to_review(theirs)) == [access]
    strangers = [make_actor(Role.DPO, StructureFactory()), territory.requester, outsider]
    for stranger in strangers:
        assert not list_to_review(stranger)
        with pytest.raises(NotAllowedError):
            review_emergency(access=access, verdict="justified", conclusion="Vu.", by=stranger, at=at)


@pytest.mark.parametrize(("verdict", "conclusion"), [("", "Vu."), ("maybe", "Vu."), ("justified", " ")])
def test_a_review_says_what_it_concludes_and_why(
    request_: ExamRequest,
    outsider: Actor,
    territory: Territory,
    at: datetime,
    verdict: str,
    conclusion: str,
) -> None:
    access = break_glass(request_.act, outsider, at)
    reviewer = make_actor(Role.DPO, territory.site)
    with pytest.raises(GuardError):
        review_emergency(access=access, verdict=verdict, conclusion=conclusion, by=reviewer, at=at)


def test_a_review_is_kept_once(
    request_: ExamRequest, outsider: Actor, territory: Territory, at: datetime
) -> None:
    access = break_glass(request_.act, outsider, at)
    reviewer = make_actor(Role.DPO, territory.site)
    review_emergency(access=access, verdict="unjustified", conclusion="Voisine.", by=reviewer, at=at)
    with pytest.raises(ConflictError):
        review_emergency(access=access, verdict="justified", conclusion="Non.", by=reviewer, at=at)
    access.refresh_from_db()
    assert (access.verdict, access.reviewer_id) == ("unjustified", reviewer.id)
    assert Entry.objects.filter(action="emergency.unjustified", act_id=request_.act_id).exists()


def test_nobody_reviews_their_own_access(
    request_: ExamRequest, outsider: Actor, territory: Territory, at: datetime
) -> None:
    access = break_glass(request_.act, outsider, at)
    same = replace(outsider, role=Role.DPO)
    with pytest.raises(NotAllowedError):
        review_emergency(access=access, verdict="justified", conclusion="Vu.", by=same, at=at)
    values = {"reviewed_at": at, "reviewer_id": outsider.id, "verdict": "justified", "conclusion": "Vu."}
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk).update(**values)


def test_its_end_is_told_to_every_process(request_: ExamRequest, outsider: Actor, at: datetime) -> None:
    """The grant is closed by an update, which wakes the trigger of rights (``diaphane_rights``)."""
    access = break_glass(request_.act, outsider, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'access_grant'::regclass")
        assert "access_grant_rights_changed" in {row[0] for row in cursor.fetchall()}
    end_emergency(access=access, by=outsider, at=at + timedelta(hours=1))
    assert Grant.objects.get(holder_id=outsider.id).ended_at == at + timedelta(hours=1)
