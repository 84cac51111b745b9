"""``manage retention``: a list by opaque identifiers, or a run; what goes by itself goes in time (R37)."""

from datetime import date, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from diaphane.accounts.models import KnownDevice
from diaphane.acts.models import Act, LookReview
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient
from diaphane.privacy.holding import hold_patient, lift_hold
from diaphane.privacy.models import Erasure, LegalHold
from diaphane.privacy.retention import Rule, weigh_record
from diaphane.privacy.sweeping import SWEEPS, list_held_patients, sweep
from tests import scenes
from tests.factories import PatientFactory, make_actor
from tests.scenes import Territory


@pytest.mark.parametrize("said", [[], ["--dry-run", "--run"], ["--run", "--on", "2060-01-01"]])
def test_it_does_nothing_that_is_not_said_plainly(territory: Territory, said: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("retention", *said)
    assert not Erasure.objects.exists()


def test_it_lists_who_is_past_their_time_without_a_name(territory: Territory) -> None:
    scenes.submitted(territory)
    patient, said = territory.patient, StringIO()
    call_command("retention", "--dry-run", stdout=said)
    assert str(patient.pk) not in said.getvalue()
    call_command("retention", "--dry-run", "--on", "2060-01-01", stdout=said)
    assert str(patient.pk) in said.getvalue()
    assert "20 ans après le dernier examen" in said.getvalue()
    assert patient.birth_name not in said.getvalue()
    assert Patient.objects.filter(pk=patient.pk).exists()
    assert not Erasure.objects.exists()


def test_a_run_proposes_what_is_past_its_time_and_erases_nothing_by_itself(territory: Territory) -> None:
    scenes.submitted(territory)
    Act.objects.update(created_at=now() - timedelta(days=366 * 21))
    said = StringIO()
    call_command("retention", "--run", stdout=said)
    assert "proposed: 1, lapsed: 0, erased: 0" in said.getvalue()
    assert Erasure.objects.get().patient == territory.patient


def test_the_latest_sign_of_a_person_counts_and_a_death_alone_shortens() -> None:
    born, last = date(1990, 5, 1), date(2020, 2, 29)
    assert weigh_record(born=born, last=last, deceased_on=None) == (date(2040, 2, 29), Rule.LAST_EXAM)
    child = date(2018, 3, 1)
    assert weigh_record(born=child, last=last, deceased_on=None) == (date(2046, 3, 1), Rule.CHILD)
    for died, until in ((date(2021, 1, 1), date(2031, 1, 1)), (date(2039, 1, 1), date(2040, 2, 29))):
        assert weigh_record(born=born, last=last, deceased_on=died)[0] == until


def test_each_kind_of_rows_is_asked_of_the_database(db: None, at: datetime) -> None:
    assert {each.name: each.count(at) for each in SWEEPS} == dict.fromkeys((each.name for each in SWEEPS), 0)
    assert sweep(at=at) == {}
    assert not Entry.objects.exists()


def test_what_goes_by_itself_goes_in_time_and_not_before(territory: Territory, at: datetime) -> None:
    device = {"user_id": territory.imageur.id, "first_seen_at": at}
    KnownDevice.objects.create(digest="old", last_seen_at=at - timedelta(days=367), **device)
    KnownDevice.objects.create(digest="new", last_seen_at=at - timedelta(days=300), **device)
    assert sweep(at=at) == {"devices": 1}
    assert KnownDevice.objects.get().digest == "new"
    traced = Entry.objects.get(action="retention.swept")
    assert (traced.detail, traced.patient_id) == ({"devices": 1}, None)


def test_the_traces_of_a_held_record_stay(territory: Territory, at: datetime) -> None:
    act = scenes.submitted(territory).act
    review = {"person_id": uuid4(), "person_label": "A", "until_entry": 1, "reasons": ["many"]}
    review |= {
        "verdict": "justified",
        "conclusion": "Relève",
        "reviewer_id": uuid4(),
        "reviewer_label": "B",
    }
    LookReview.objects.create(act=act, reviewed_at=at - timedelta(days=366 * 4), **review)
    office = make_actor(Role.ADMINISTRATOR, territory.site)
    hold = hold_patient(patient_id=act.patient_id, reason="Réclamation", until=None, by=office, at=at)
    assert sweep(at=at) == {}
    lift_hold(hold_id=hold.pk, by=office, at=at)
    assert sweep(at=at) == {"looks": 1}


def test_a_hold_covers_each_identity_of_the_patient(territory: Territory, at: datetime) -> None:
    office = make_actor(Role.DPO, territory.site)
    kept = scenes.submitted(territory).act.patient
    double = PatientFactory(provisional=True, merged_into=kept)
    first = PatientFactory(provisional=True, merged_into=double)
    LegalHold.objects.create(
        patient=double,
        structure=territory.site,
        reason="Réclamation",
        placed_at=at,
        placed_by_id=office.id,
        placed_by_label=office.label,
    )
    assert list_held_patients(at) == {kept.pk, double.pk, first.pk}
