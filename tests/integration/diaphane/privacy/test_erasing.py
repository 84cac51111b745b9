"""A record past its time: proposed, decided by a person, held back or erased whole, with its proof (R37)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from diaphane.accounts.models import User
from diaphane.acts.models import Act, OtherLookReview, Step
from diaphane.audit.models import Entry
from diaphane.audit.operations import seal_entries
from diaphane.audit.queries import verify_chain
from diaphane.imaging.models import ErasedFile, Instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.kernel.processing import ACTIVITIES, Retention
from diaphane.patients.models import Patient, RelatedPerson, Relationship
from diaphane.privacy import erasing, erasure_guards
from diaphane.privacy.deciding import (
    approve_erasure,
    lapse_erasures,
    propose_erasures,
    withdraw_erasure,
)
from diaphane.privacy.erasing import erase_decided, erase_record
from diaphane.privacy.erasure_models import ErasureState
from diaphane.privacy.exporting import ask_for_own_export, make_export
from diaphane.privacy.holding import hold_patient, hold_record, lift_hold
from diaphane.privacy.models import Erasure, LegalHold
from diaphane.privacy.record_rows import get_record
from diaphane.privacy.retention import Rule
from diaphane.reporting.operations import record_patient_told
from tests import reading_scenes
from tests.factories import PatientFactory, StructureFactory, make_actor, make_patient_actor
from tests.scenes import Territory, submitted

LONG_AGO = timedelta(days=366 * 21)


@pytest.fixture
def officer(territory: Territory) -> Actor:
    return make_actor(Role.DPO, territory.site)


@pytest.fixture
def later(at: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Return an instant past the time of what is made now, which is now for the guards."""
    instant = at + LONG_AGO
    monkeypatch.setattr(erasure_guards, "now", lambda: instant)
    return instant


@pytest.fixture
def proposed(territory: Territory, at: datetime, later: datetime) -> Erasure:
    """Return the proposal for a whole record: exam, images, report told, a copy taken."""
    report = reading_scenes.signed(territory)
    record_patient_told(report=report, how="in_person", companion="", by=territory.requester, at=at)
    export = ask_for_own_export(by=territory_patient(territory), at=at)
    make_export(export_id=export.pk, at=at)
    assert propose_erasures(at=later) == 1
    return Erasure.objects.get()


def territory_patient(territory: Territory) -> Actor:
    """Return the actor of the territory's patient, whose account is made once."""
    known = User.objects.filter(patient_id=territory.patient.pk).first()
    return make_patient_actor(territory.patient) if known is None else _as_patient(known)


def _as_patient(user: User) -> Actor:
    return Actor(id=user.pk, role=Role.PATIENT, label=user.name, patient_id=user.patient_id)


def list_files() -> list[str]:
    return sorted(storages["objects"].list_keys())  # type: ignore[attr-defined]


def decide(erasure: Erasure, officer: Actor, later: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Decide an erasure, and return the instant a week and a day later, which is now for the guards."""
    approve_erasure(erasure_id=erasure.pk, by=officer, at=later)
    due = later + timedelta(days=8)
    monkeypatch.setattr(erasure_guards, "now", lambda: due)
    return due


def count_rows() -> dict[type[Model], int]:
    models = [model for model in apps.get_models() if model.__module__.startswith("diaphane.")]
    return {model: model._base_manager.count() for model in models}


def test_a_record_in_its_time_is_not_proposed(territory: Territory, at: datetime) -> None:
    submitted(territory)
    assert propose_erasures(at=at) == 0
    assert propose_erasures(at=at + timedelta(days=365 * 19)) == 0


def test_a_record_is_proposed_once_and_by_numbers_alone(proposed: Erasure, later: datetime) -> None:
    assert propose_erasures(at=later) == 0
    assert (proposed.state, proposed.rule) == (ErasureState.PROPOSED, Rule.LAST_EXAM)
    assert (proposed.exams, proposed.images) == (1, 2)
    traced = Entry.objects.get(action="erasure.propose")
    assert traced.patient_id is None


def test_another_role_or_another_site_decides_nothing(
    proposed: Erasure, territory: Territory, later: datetime
) -> None:
    strangers = [
        make_actor(Role.DPO, StructureFactory()),
        make_actor(Role.ADMINISTRATOR, territory.site),
        territory.requester,
        territory.imageur,
        territory_patient(territory),
    ]
    for actor in strangers:
        for do in (approve_erasure, withdraw_erasure):
            with pytest.raises(Erasure.DoesNotExist):
                do(erasure_id=proposed.pk, by=actor, at=later)
    reader = make_actor(Role.DPO, territory.reader)
    with pytest.raises(GuardError):
        approve_erasure(erasure_id=proposed.pk, by=reader, at=later)


def test_nothing_is_erased_before_a_person_decides_nor_before_seven_days(
    proposed: Erasure, officer: Actor, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert erase_decided(at=later) == 0
    with pytest.raises(ConflictError):
        erase_record(erasure_id=proposed.pk, at=later)
    approve_erasure(erasure_id=proposed.pk, by=officer, at=later)
    with pytest.raises(GuardError):
        erase_record(erasure_id=proposed.pk, at=later)
    withdraw_erasure(erasure_id=proposed.pk, by=officer, at=later)
    week_later = later + timedelta(days=8)
    monkeypatch.setattr(erasure_guards, "now", lambda: week_later)
    assert erase_decided(at=week_later) == 0
    assert Patient.objects.filter(pk=proposed.patient_id).exists()


def test_a_whole_record_goes_with_its_files_and_leaves_a_proof_that_names_nobody(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = submitted(replace(territory, patient=PatientFactory()))
    patient, act_id = territory.patient, Act.objects.get(patient=territory.patient).pk
    assert len(list_files()) == 4  # two images, the report, the copy
    due = decide(proposed, officer, later, monkeypatch)
    assert erase_decided(at=due) == 1
    assert list_files() == []
    assert not ErasedFile.objects.exists()
    proposed.refresh_from_db()
    assert (proposed.state, proposed.patient_id, proposed.files) == (ErasureState.DONE, None, 4)
    assert proposed.rows > 30
    assert not User.objects.filter(patient_id=patient.pk).exists()
    assert not Act.objects.filter(pk=act_id).exists()
    assert not Patient.objects.filter(pk=patient.pk).exists()
    assert Act.objects.filter(pk=kept.act_id).exists()
    proof = Entry.objects.get(action="erasure.finish")
    assert (proof.patient_id, proof.act_id, proof.detail["files"]) == (None, None, 4)
    assert erase_decided(at=due) == 0


def test_no_table_of_the_record_is_forgotten(
    proposed: Erasure, officer: Actor, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table that the register holds as a medical record is reached from its patient."""
    assert proposed.patient_id is not None
    reached = {rows.model for rows in get_record(proposed.patient_id).iter_rows()}
    held = {
        model
        for model in apps.get_models()
        if (processing := getattr(model, "processing", None)) is not None
        and ACTIVITIES[processing].retention is Retention.MEDICAL_RECORD
    }
    # The one that is left says what a structure does, and of nobody.
    assert {model._meta.label for model in held - reached} == {"acquisition.ReferenceLevel"}
    due = decide(proposed, officer, later, monkeypatch)
    erase_decided(at=due)
    left = {model._meta.label: count for model, count in count_rows().items() if model in reached and count}
    assert left == {}


def test_who_stands_for_somebody_else_too_stays_and_the_others_go(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sister = PatientFactory(birth_name="Sainfoin")
    people = {name: RelatedPerson(birth_name=name, first_names="Élise") for name in ("Mère", "Voisine")}
    for person in people.values():
        person.created_at = later
        person.save()
    for patient, person in (
        (territory.patient, people["Mère"]),
        (sister, people["Mère"]),
        (territory.patient, people["Voisine"]),
    ):
        Relationship.objects.create(
            patient=patient,
            person=person,
            quality="carer",
            starts_on=later.date(),
            added_at=later,
            added_by_id=officer.id,
            added_by_label=officer.label,
        )
    erase_decided(at=decide(proposed, officer, later, monkeypatch))
    assert [each.birth_name for each in RelatedPerson.objects.all()] == ["Mère"]
    assert [each.patient for each in Relationship.objects.all()] == [sister]


def test_a_conclusion_on_looks_at_the_identity_goes_with_the_record(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patient_id in (territory.patient.pk, PatientFactory().pk):
        OtherLookReview.objects.create(
            structure_id=territory.site.pk,
            patient_id=patient_id,
            person_id=patient_id,
            person_label="Dr Xq",
            until_entry=1,
            reasons=["watched"],
            verdict="justified",
            conclusion="Vu",
            reviewed_at=later,
            reviewer_id=officer.id,
            reviewer_label=officer.label,
        )
    erase_decided(at=decide(proposed, officer, later, monkeypatch))
    assert [each.patient_id != territory.patient.pk for each in OtherLookReview.objects.all()] == [True]


def test_nobody_is_named_anywhere_in_the_database_afterwards_but_in_the_trail(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = territory.patient
    due = decide(proposed, officer, later, monkeypatch)
    erase_decided(at=due)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall() if name not in {"audit_entry"}]
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608 - from the catalogue
            said = " ".join(row for (row,) in cursor.fetchall())
            for secret in (patient.birth_name, patient.ins, str(patient.pk)):
                assert secret not in said, table


def test_the_trail_still_holds(
    proposed: Erasure, officer: Actor, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_entries()
    before = Entry.objects.count()
    erase_decided(at=decide(proposed, officer, later, monkeypatch))
    seal_entries()
    found = verify_chain()
    assert (found.broken, found.unsealed) == (None, ())
    assert Entry.objects.count() > before


def test_the_history_of_a_record_goes_no_other_way(proposed: Erasure, territory: Territory) -> None:
    for table in ("acts_step", "acts_ledgerentry", "consents_consent", "conversations_message"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            if cursor.fetchone() == (0,):
                continue
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    assert Step.objects.exists()


def test_a_hold_stops_the_decision_and_the_erasure_until_it_ends(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_actor(Role.ADMINISTRATOR, territory.site)
    due = decide(proposed, officer, later, monkeypatch)
    hold = hold_patient(
        patient_id=territory.patient.pk, reason="Réclamation en cours", until=None, by=office, at=due
    )
    assert erase_decided(at=due) == 0
    withdraw_erasure(erasure_id=proposed.pk, by=officer, at=due)
    with pytest.raises(GuardError):
        approve_erasure(erasure_id=proposed.pk, by=officer, at=due)
    lift_hold(hold_id=hold.pk, by=officer, at=due)
    with pytest.raises(ConflictError):
        lift_hold(hold_id=hold.pk, by=officer, at=due)
    again = hold_record(erasure_id=proposed.pk, reason="Expertise", until=due.date(), by=officer, at=due)
    with pytest.raises(GuardError):
        approve_erasure(erasure_id=proposed.pk, by=officer, at=due)
    assert again.until is not None
    over = due + timedelta(days=2)
    monkeypatch.setattr(erasure_guards, "now", lambda: over)
    approve_erasure(erasure_id=proposed.pk, by=officer, at=over)


def test_the_database_itself_keeps_the_history_of_a_held_record(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = decide(proposed, officer, later, monkeypatch)
    hold_record(erasure_id=proposed.pk, reason="Réclamation", until=None, by=officer, at=due)
    monkeypatch.setattr(erasure_guards, "is_held", lambda erasure: False)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        erase_record(erasure_id=proposed.pk, at=due)
    assert Patient.objects.filter(pk=territory.patient.pk).exists()


def test_a_hold_says_why_and_is_a_site_s_own(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime
) -> None:
    said = {"erasure_id": proposed.pk, "reason": "Litige", "until": None, "by": officer, "at": later}
    for wrong in ({"reason": " "}, {"until": later.date() - timedelta(days=1)}):
        with pytest.raises(GuardError):
            hold_record(**(said | wrong))
    stranger = make_actor(Role.DPO, StructureFactory())
    with pytest.raises(Erasure.DoesNotExist):
        hold_record(**(said | {"by": stranger}))
    for actor in (make_actor(Role.ADMINISTRATOR, StructureFactory()), territory.outsider):
        with pytest.raises(Patient.DoesNotExist):
            hold_patient(patient_id=territory.patient.pk, reason="x", until=None, by=actor, at=later)
    with pytest.raises(NotAllowedError):
        hold_patient(
            patient_id=territory.patient.pk, reason="x", until=None, by=territory.technologist, at=later
        )
    hold = hold_record(**said)
    with pytest.raises(LegalHold.DoesNotExist):
        lift_hold(hold_id=hold.pk, by=stranger, at=later)


def test_who_comes_again_is_kept(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = decide(proposed, officer, later, monkeypatch)
    assert lapse_erasures(at=due) == 0
    Act.objects.filter(patient=territory.patient).update(created_at=due)
    assert erase_decided(at=due) == 0
    assert lapse_erasures(at=due) == 1
    proposed.refresh_from_db()
    assert (proposed.state, proposed.patient_id) == (ErasureState.LAPSED, None)
    assert Patient.objects.filter(pk=territory.patient.pk).exists()


def test_an_identity_merged_into_another_goes_with_it(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, far = PatientFactory(), PatientFactory()
    Patient.objects.filter(pk=other.pk).update(merged_into=territory.patient)
    Patient.objects.filter(pk=far.pk).update(merged_into=other)
    erase_decided(at=decide(proposed, officer, later, monkeypatch))
    assert not Patient.objects.filter(pk__in=[other.pk, far.pk]).exists()


def test_a_professional_who_was_a_patient_keeps_their_account(
    proposed: Erasure, officer: Actor, territory: Territory, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(patient_id=territory.patient.pk).update(patient_id=None)
    User.objects.filter(pk=territory.requester.id).update(patient_id=territory.patient.pk)
    erase_decided(at=decide(proposed, officer, later, monkeypatch))
    assert User.objects.get(pk=territory.requester.id).patient_id is None


def test_a_store_that_refuses_leaves_the_rest_to_the_next_run(
    proposed: Erasure, officer: Actor, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, real, refused = decide(proposed, officer, later, monkeypatch), erasing.erase_marked, []

    def refuse(*, decision_id: UUID) -> int:
        refused.append(decision_id)
        raise OSError("no answer")

    monkeypatch.setattr(erasing, "erase_marked", refuse)
    assert erase_decided(at=due) == 0
    proposed.refresh_from_db()
    assert (proposed.state, len(list_files())) == (ErasureState.ERASING, 4)
    assert ErasedFile.objects.count() == 4
    monkeypatch.setattr(erasing, "erase_marked", real)
    assert erase_decided(at=due) == 1
    assert list_files() == []
    assert not Instance.objects.exists()
