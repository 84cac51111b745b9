"""Who stands beside a patient: written, proven, corrected, ended, allowed (R40, R57, R58, R126)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.allowing import grant_matter, revoke_matter
from diaphane.patients.models import Patient, RelatedPerson, Relationship
from diaphane.patients.qualities import ALLOWED, OF_THE_PATIENT, PAPERS_OF, Matter, Quality
from diaphane.patients.related_queries import list_allowed_to, list_answering, list_standing
from diaphane.patients.relating import (
    Bond,
    KnownPersonError,
    add_relationship,
    correct_person,
    end_relationship,
    link_person,
    see_paper,
)
from tests.factories import PatientFactory, PatientIdentifierFactory, make_actor, make_patient_actor
from tests.scenes import Territory

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = localdate(AT)


def person(**traits: str) -> RelatedPerson:
    return RelatedPerson(**{"birth_name": "Ivol", "first_names": "Élise", "phone": "06 99 00 00 10"} | traits)


def add(territory: Territory, quality: str = "carer", **traits: str) -> Relationship:
    return add_relationship(
        patient_id=territory.patient.pk,
        person=person(**traits),
        bond=Bond(quality),
        is_distinct=False,
        by=territory.technologist,
        at=AT,
    )


def make_child(territory: Territory, name: str = "Colombe") -> Patient:
    born = date(TODAY.year - 9, 1, 1)
    child = PatientFactory(birth_name="Quatrefages", first_names=name, birth_date=born, provisional=True)
    PatientIdentifierFactory(patient=child, issuer=territory.site.issuer)
    return child


def add_parent(territory: Territory, child: Patient) -> Relationship:
    return add_relationship(
        patient_id=child.pk,
        person=person(),
        bond=Bond("parent"),
        is_distinct=False,
        by=territory.technologist,
        at=AT,
    )


def test_neither_another_role_nor_another_site_writes(territory: Territory) -> None:
    bond = add(territory)
    values = {"relationship_id": bond.pk, "at": AT}
    for actor in (territory.imageur, make_actor(Role.DPO, territory.site)):
        with pytest.raises(NotAllowedError):
            end_relationship(reason="Essai", by=actor, **values)  # type: ignore[arg-type]
        with pytest.raises(NotAllowedError):
            link_person(
                patient_id=territory.patient.pk,
                person_id=bond.person_id,
                bond=Bond("carer"),
                by=actor,
                at=AT,
            )
    for refused in (
        lambda: see_paper(paper="judgement", by=territory.outsider, **values),  # type: ignore[arg-type]
        lambda: correct_person(traits=person(phone="0199"), by=territory.outsider, **values),  # type: ignore[arg-type]
    ):
        with pytest.raises(Relationship.DoesNotExist):
            refused()
    with pytest.raises(Relationship.DoesNotExist):
        grant_matter(
            relationship_id=bond.pk,
            matter="told",
            by=make_patient_actor(PatientFactory(birth_name="Étranger")),
            at=AT,
        )
    with pytest.raises(NotAllowedError):
        grant_matter(relationship_id=bond.pk, matter="told", by=territory.technologist, at=AT)


@pytest.mark.parametrize(
    ("traits", "field"),
    [({"birth_name": "12"}, "birth_name"), ({"phone": "aucun"}, "phone"), ({"email": "chez elle"}, "email")],
)
def test_a_trait_that_nobody_has_is_refused(territory: Territory, traits: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        add(territory, **traits)
    assert field in refusal.value.message_dict
    assert not RelatedPerson.objects.exists()


def test_what_makes_no_bond_is_refused(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        add(territory, quality="neighbour")
    with pytest.raises(ConflictError, match="majeur"):
        add(territory, quality="parent")
    bond = add(territory)
    backwards = Bond("trusted", TODAY, TODAY - timedelta(days=1))
    values = {"patient_id": territory.patient.pk, "person_id": bond.person_id, "by": territory.technologist}
    with pytest.raises(ValidationError):
        link_person(bond=backwards, at=AT, **values)  # type: ignore[arg-type]
    with pytest.raises(ConflictError):
        link_person(bond=Bond("carer"), at=AT, **values)  # type: ignore[arg-type]
    assert Relationship.objects.count() == 1


def test_the_same_names_are_told_apart_by_a_person(territory: Territory) -> None:
    mother = add_parent(territory, make_child(territory))
    sister = make_child(territory, "Capucine")
    values = {"patient_id": sister.pk, "bond": Bond("parent"), "by": territory.technologist, "at": AT}
    with pytest.raises(KnownPersonError) as refusal:
        add_relationship(person=person(first_names="elise"), is_distinct=False, **values)  # type: ignore[arg-type]
    assert refusal.value.known == [mother.person]
    second = link_person(person_id=mother.person_id, **values)  # type: ignore[arg-type]
    assert list(mother.person.relationships.order_by("added_at")) == [mother, second]
    add_relationship(person=person(), is_distinct=True, **values)  # type: ignore[arg-type]
    assert RelatedPerson.objects.count() == 2


def test_nobody_is_proposed_who_is_known_at_another_site_alone(territory: Territory) -> None:
    elsewhere = PatientFactory(provisional=True)
    stranger = person()
    stranger.created_at = AT
    stranger.save()
    Relationship.objects.create(
        patient=elsewhere,
        person=stranger,
        quality="carer",
        starts_on=TODAY,
        added_at=AT,
        added_by_id=territory.outsider.id,
        added_by_label="Ailleurs",
    )
    assert add(territory).person != stranger
    with pytest.raises(RelatedPerson.DoesNotExist):
        link_person(
            patient_id=territory.patient.pk,
            person_id=stranger.pk,
            bond=Bond("trusted"),
            by=territory.technologist,
            at=AT,
        )


def test_the_paper_is_seen_by_a_named_person_and_the_law_then_counts(territory: Territory) -> None:
    bond = add(territory, quality="guardian")
    assert bond.list_allowed(on=TODAY) == []
    assert bond.lacks_paper
    with pytest.raises(ConflictError):
        see_paper(relationship_id=bond.pk, paper="designation", by=territory.technologist, at=AT)
    seen = see_paper(relationship_id=bond.pk, paper="judgement", by=territory.technologist, at=AT)
    assert (seen.paper_seen_by_label, seen.lacks_paper) == (territory.technologist.label, False)
    assert seen.list_allowed(on=TODAY) == list(Matter)
    assert Entry.objects.get(action="relationship.paper_seen").detail == {"paper": "judgement"}


def test_the_authority_of_a_parent_ends_by_itself_at_eighteen(territory: Territory) -> None:
    child = make_child(territory)
    add_parent(territory, child)
    of_age = date(child.birth_date.year + 18, 1, 1)
    assert len(list_answering(child.pk, on=of_age - timedelta(days=1))) == 1
    assert list_answering(child.pk, on=of_age) == []
    assert list_standing(child.pk, on=of_age) == []


def test_dates_bound_a_quality(territory: Territory) -> None:
    soon, later = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    add_relationship(
        patient_id=territory.patient.pk,
        person=person(),
        bond=Bond("guardian", soon, later),
        is_distinct=False,
        by=territory.technologist,
        at=AT,
    )
    counted = [len(list_answering(territory.patient.pk, on=TODAY + timedelta(days=n))) for n in range(1, 6)]
    assert counted == [0, 1, 1, 1, 0]


def test_a_correction_keeps_what_was(territory: Territory) -> None:
    bond = add(territory)
    with pytest.raises(ConflictError):
        correct_person(relationship_id=bond.pk, traits=person(), by=territory.technologist, at=AT)
    changed = person(phone="06 99 00 00 11", language="portugais")
    found = correct_person(relationship_id=bond.pk, traits=changed, by=territory.technologist, at=AT)
    assert (found.phone, found.language) == ("06 99 00 00 11", "portugais")
    [before] = found.former
    assert before["values"] == {"phone": "06 99 00 00 10", "language": ""}
    assert before["by"] == territory.technologist.label


def test_it_ends_with_a_reason_and_is_never_erased(territory: Territory) -> None:
    bond = add(territory, quality="guardian")
    with pytest.raises(GuardError):
        end_relationship(relationship_id=bond.pk, reason=" ", by=territory.technologist, at=AT)
    end_relationship(relationship_id=bond.pk, reason="Mainlevée", by=territory.technologist, at=AT)
    assert list_answering(territory.patient.pk, on=TODAY) == []
    with pytest.raises(ConflictError):
        end_relationship(relationship_id=bond.pk, reason="Encore", by=territory.technologist, at=AT)
    with pytest.raises(ConflictError):
        see_paper(relationship_id=bond.pk, paper="judgement", by=territory.technologist, at=AT)
    assert Relationship.objects.get().ended_reason == "Mainlevée"


def test_the_patient_alone_opens_and_closes_what_a_carer_may_know(territory: Territory) -> None:
    bond, patient = add(territory), make_patient_actor(territory.patient)
    values = {"relationship_id": bond.pk, "by": patient, "at": AT}
    told = {"matter": Matter.TOLD, "patient_id": territory.patient.pk, "on": TODAY}
    assert list_allowed_to(**told) == []  # type: ignore[arg-type]
    for _twice in range(2):
        grant_matter(matter="told", **values)  # type: ignore[arg-type]
    assert list_allowed_to(**told) == [bond]  # type: ignore[arg-type]
    assert list_allowed_to(Matter.RESULTS, patient_id=territory.patient.pk, on=TODAY) == []
    for _twice in range(2):
        revoke_matter(matter="told", **values)  # type: ignore[arg-type]
    assert list_allowed_to(**told) == []  # type: ignore[arg-type]
    traced = Entry.objects.filter(action__startswith="relationship.", actor_id=patient.id)
    assert [each.action for each in traced] == ["relationship.granted", "relationship.revoked"]
    assert bond.grants.get().revoked_by_label == patient.label


def test_a_patient_lets_nobody_answer_and_ends_no_judgement(territory: Territory) -> None:
    carer, patient = add(territory), make_patient_actor(territory.patient)
    guardian = add(territory, quality="guardian", first_names="Odile")
    for bond, matter in ((carer, "answer"), (guardian, "told"), (carer, "weather")):
        with pytest.raises(ConflictError):
            grant_matter(relationship_id=bond.pk, matter=matter, by=patient, at=AT)
    with pytest.raises(NotAllowedError):
        end_relationship(relationship_id=guardian.pk, reason="Non", by=patient, at=AT)
    grant_matter(relationship_id=carer.pk, matter="told", by=patient, at=AT)
    end_relationship(relationship_id=carer.pk, reason="Non", by=patient, at=AT)
    assert list_allowed_to(Matter.TOLD, patient_id=territory.patient.pk, on=TODAY) == []


def test_every_quality_says_what_it_allows_and_no_grant_answers_for_the_patient() -> None:
    assert set(ALLOWED) == set(PAPERS_OF) == set(Quality)
    for quality, allowed in ALLOWED.items():
        assert not allowed.by_law & allowed.by_grant
        assert Matter.ANSWER not in allowed.by_grant
        assert quality not in OF_THE_PATIENT or not allowed.by_law
