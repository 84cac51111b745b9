"""The two agreements: who records them, what each answer leaves, nothing erased (R57 to R60)."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from diaphane.acts.queries import list_open_duties
from diaphane.consents.answers import Details
from diaphane.consents.giving import inform_afterwards
from diaphane.consents.models import Consent
from diaphane.consents.operations import record_consent
from diaphane.consents.queries import get_consent
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, NotAllowedError
from diaphane.patients.models import RelatedPerson
from diaphane.patients.relating import Bond, add_relationship
from tests.factories import make_actor, make_patient_actor
from tests.scenes import Territory, validated


def answer(territory: Territory, act: object, subject: str, outcome: str, source: str) -> Consent:
    return record_consent(
        act=act,  # type: ignore[arg-type]
        subject=subject,
        outcome=outcome,
        source=source,
        by=territory.technologist,
        at=now(),
    )


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TREATING_PHYSICIAN, Role.PATIENT])
def test_those_who_are_not_with_the_patient_record_no_agreement(territory: Territory, role: Role) -> None:
    act = validated(territory).act
    is_patient = role is Role.PATIENT
    by = make_patient_actor(territory.patient) if is_patient else make_actor(role, territory.reader)
    with pytest.raises(NotAllowedError):
        record_consent(act=act, subject="act", outcome="given", source="patient", by=by, at=now())


@pytest.mark.parametrize(
    ("subject", "outcome", "source"),
    [
        ("act", "given", "nobody"),
        ("act", "refused", "nobody"),
        ("act", "impossible", "patient"),
        ("act", "perhaps", "patient"),
        ("act", "given", "the neighbour"),
        ("weather", "given", "patient"),
    ],
)
def test_an_answer_that_nobody_gave_is_refused(
    territory: Territory, subject: str, outcome: str, source: str
) -> None:
    act = validated(territory).act
    with pytest.raises(GuardError) as refusal:
        answer(territory, act, subject, outcome, source)
    assert [each.requirement for each in refusal.value.missing] == ["R58"]


def test_the_database_itself_refuses_an_agreement_from_nobody(territory: Territory) -> None:
    act, by = validated(territory).act, territory.technologist
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            act=act,
            subject="act",
            outcome="given",
            source="nobody",
            actor_id=by.id,
            actor_role=by.role.value,
            actor_label=by.label,
            occurred_at=now(),
        )


def test_the_last_answer_counts_and_none_is_erased(territory: Territory) -> None:
    act = validated(territory).act
    answer(territory, act, "act", "refused", "patient")
    answer(territory, act, "act", "given", "representative")
    last = get_consent(act, "act")
    assert last is not None
    assert (last.outcome, last.source) == ("given", "representative")
    assert Consent.objects.filter(act=act).count() == 2
    assert get_consent(act, "distance") is None


def test_the_same_answer_again_leaves_one_trace(territory: Territory) -> None:
    act = validated(territory).act
    first = answer(territory, act, "act", "given", "patient")
    assert answer(territory, act, "act", "given", "patient").pk == first.pk


def test_an_answer_is_never_changed_nor_removed(territory: Territory) -> None:
    given = answer(territory, validated(territory).act, "act", "given", "patient")
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=given.pk).update(outcome="refused")
    with pytest.raises(DatabaseError), transaction.atomic():
        given.delete()


def test_an_impossible_agreement_is_owed_until_the_patient_is_informed(territory: Territory) -> None:
    act = validated(territory).act
    answer(territory, act, "act", "impossible", "nobody")
    answer(territory, act, "distance", "impossible", "nobody")
    assert [duty.requirement for duty in list_open_duties(act)] == ["R59"]
    by = territory.technologist
    inform_afterwards(act=act, means="paper", recipient="patient", by=by, at=now())
    assert not list_open_duties(act).exists()


def test_what_could_not_be_asked_is_settled_once_both_are_answered(territory: Territory) -> None:
    act = validated(territory).act
    answer(territory, act, "act", "impossible", "nobody")
    answer(territory, act, "distance", "impossible", "nobody")
    answer(territory, act, "act", "given", "patient")
    assert list_open_duties(act).exists()
    answer(territory, act, "distance", "given", "patient")
    assert not list_open_duties(act).exists()


def test_an_answer_names_a_known_representative_who_answers_that_day(territory: Territory) -> None:
    act, by, at = validated(territory).act, territory.technologist, now()
    values = {"patient_id": territory.patient.pk, "is_distinct": True, "by": by, "at": at}
    people = {
        quality: add_relationship(
            person=RelatedPerson(birth_name="Ivol", first_names=quality),
            bond=Bond(quality),
            **values,  # type: ignore[arg-type]
        )
        for quality in ("guardian", "trusted")
    }
    said = {"act": act, "subject": "act", "outcome": "given", "by": by, "at": at}
    for source, quality in (("representative", "trusted"), ("patient", "guardian")):
        details = Details(quality="guardian", relationship_id=str(people[quality].pk))
        with pytest.raises(GuardError) as refusal:
            record_consent(source=source, details=details, **said)  # type: ignore[arg-type]
        assert [each.requirement for each in refusal.value.missing] == ["R57"]
    details = Details(quality="guardian", relationship_id=str(people["guardian"].pk))
    kept = record_consent(source="representative", details=details, **said)  # type: ignore[arg-type]
    assert kept.relationship == people["guardian"]
    again = record_consent(source="representative", details=details, **said)  # type: ignore[arg-type]
    assert again == kept
