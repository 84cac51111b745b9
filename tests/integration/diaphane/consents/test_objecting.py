"""What a patient objects to stops, and stays stopped until they withdraw it (R38, R62)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from diaphane.access.queries import can_see_act
from diaphane.accounts.models import User
from diaphane.acts.queries import list_open_duties
from diaphane.consents.models import Objection
from diaphane.consents.objecting import object_to, withdraw_objection
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import dispatch_report
from diaphane.delivery.queries import list_awaited_from
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.models import Patient
from diaphane.reporting.models import Report
from diaphane.requests.models import ExamRequest
from tests import reading_scenes
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.links import shared
from tests.scenes import Territory


def signed_for(territory: Territory, email: str) -> Report:
    """Return a signed report whose request names a treating physician."""
    report = reading_scenes.signed(territory)
    ExamRequest.objects.filter(act=report.act).update(treating_physician_email=email)
    return Report.objects.select_related("act__request").get(pk=report.pk)


def test_neither_a_stranger_nor_another_site_objects_for_them(territory: Territory, at: datetime) -> None:
    said = {"patient_id": territory.patient.pk, "kind": "outside", "reason": "Dit à l’accueil", "at": at}
    strangers = [
        make_patient_actor(PatientFactory()),
        territory.imageur,
        make_actor(Role.DPO, territory.site),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowedError):
            object_to(**said, by=actor)
    with pytest.raises(Patient.DoesNotExist):
        object_to(**said, by=territory.outsider)
    with pytest.raises(GuardError):
        object_to(**(said | {"reason": ""}), by=territory.requester)
    with pytest.raises(ConflictError):
        object_to(**(said | {"kind": "care"}), by=territory.requester)
    assert not Objection.objects.exists()


def test_nothing_is_shown_outside_any_more(
    territory: Territory, at: datetime, run_jobs: Callable[[], int]
) -> None:
    act = reading_scenes.signed(territory).act
    link = shared(act, by=territory.imageur).link
    me = make_patient_actor(territory.patient)
    object_to(patient_id=territory.patient.pk, kind="outside", reason="", by=me, at=at)
    with pytest.raises(ConflictError):
        object_to(patient_id=territory.patient.pk, kind="outside", reason="", by=me, at=at)
    run_jobs()
    link.refresh_from_db()
    assert link.revoked_at is not None
    with pytest.raises(GuardError) as refused:
        shared(act, by=territory.imageur)
    assert "R62" in [each.requirement for each in refused.value.missing]
    withdraw_objection(patient_id=territory.patient.pk, kind="outside", by=me, at=at)
    assert shared(act, by=territory.imageur).link.pk


def test_what_the_treating_physician_has_not_received_is_taken_back(
    territory: Territory, at: datetime, run_jobs: Callable[[], int]
) -> None:
    doctor = make_actor(Role.TREATING_PHYSICIAN, territory.site)
    email = User.objects.get(pk=doctor.id).email
    report = signed_for(territory, email)
    dispatch_report(report=report, at=at)
    assert can_see_act(doctor, report.act_id)
    me = make_patient_actor(territory.patient)
    object_to(patient_id=territory.patient.pk, kind="treating", reason="", by=me, at=at)
    run_jobs()
    assert Dispatch.objects.get(report=report, recipient="treating").status == Dispatch.Status.OBJECTED
    assert not can_see_act(doctor, report.act_id)
    assert "delivery.received_by_treating" not in {each.guard for each in list_open_duties(report.act)}
    assert not list_awaited_from(doctor, report=report).exists()


def test_the_treating_physician_is_not_sent_what_the_patient_objects_to(
    territory: Territory, at: datetime
) -> None:
    object_to(
        patient_id=territory.patient.pk,
        kind="treating",
        reason="Dit au médecin",
        by=territory.requester,
        at=at,
    )
    report = signed_for(territory, "traitant@lisiere.example")
    dispatch_report(report=report, at=at + timedelta(seconds=1))
    assert {each.recipient for each in Dispatch.objects.filter(report=report)} == {"requester"}
