"""Two identities made one, and two again: reviewed, traced, nothing lost (R40)."""

from collections.abc import Iterable
from datetime import date

import pytest

from diaphane.access.models import Grant
from diaphane.access.operations import grant_to_patient
from diaphane.accounts.models import AccessSheet, User
from diaphane.accounts.sheets import revoke_sheet
from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.consents.objecting import object_to
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError
from diaphane.patients.doubles import list_pairs, list_pairs_to_see, propose_pair
from diaphane.patients.inviting import invite_patient
from diaphane.patients.merging import compare_again, merge_pair, review_pair, set_pair_apart, unmerge_pair
from diaphane.patients.models import IdentityPair, IdentityProof, Patient, PatientIdentifier, RelatedPerson
from diaphane.patients.operations import register_new_patient
from diaphane.patients.queries import find_doubt, list_patients, list_watched
from diaphane.patients.related_queries import list_relationships
from diaphane.patients.relating import Bond, add_relationship, link_person
from diaphane.patients.searching import search_patients
from diaphane.patients.watching import end_watch, watch_patient
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.scenes import Territory, draft

WHY = "Même personne : carte d’identité lue avec elle"


def register(territory: Territory, **traits: object) -> Patient:
    given = {
        "birth_name": "Lefèvre",
        "first_names": "Odette",
        "birth_date": date(1961, 5, 9),
        "sex": "F",
        "provisional": True,
    }
    return register_new_patient(
        patient=PatientFactory.build(**{**given, **traits}),
        issuer=territory.site.issuer,
        is_distinct=True,
        by=territory.requester,
        at=now(),
    )


def pair_of(territory: Territory, **traits: object) -> tuple[IdentityPair, Patient, Patient]:
    kept, double = register(territory), register(territory, **traits)
    return list_pairs(territory.technologist).get(), kept, double


def merge(territory: Territory, pair: IdentityPair, kept: Patient) -> IdentityPair:
    return merge_pair(pair_id=pair.pk, survivor_id=kept.pk, reason=WHY, by=territory.technologist, at=now())


def rows_of(patients: Iterable[Patient]) -> dict[str, list[tuple[object, ...]]]:
    ids = [each.pk for each in patients]
    return {
        "acts": sorted(Act.objects.filter(patient_id__in=ids).values_list("pk", "patient_id")),
        "identifiers": sorted(
            PatientIdentifier.objects.filter(patient_id__in=ids).values_list("issuer", "value", "patient_id")
        ),
        "grants": sorted(Grant.objects.filter(holder_id__in=ids).values_list("act_id", "holder_id")),
        "accounts": sorted(User.objects.filter(patient_id__in=ids).values_list("pk", "patient_id")),
        "patients": sorted(Patient.objects.filter(pk__in=ids).values_list("pk", "birth_name", "merged_into")),
    }


@pytest.mark.parametrize(
    ("traits", "reason"),
    [
        ({}, "same_traits"),
        ({"first_names": "Odète"}, "close_given_name"),
        ({"first_names": "Odette-Marie"}, "close_given_name"),
        ({"birth_name": "Lefebvre"}, "close_name"),
        ({"birth_name": "Martin", "used_name": "Lefèvre"}, "used_name"),
        ({"birth_name": "Odette", "first_names": "Lefèvre"}, "swapped"),
        ({"birth_date": date(1961, 9, 5)}, "close_date"),
        ({"birth_date": date(1961, 5, 8)}, "close_date"),
    ],
)
def test_a_double_is_proposed_with_its_reason(
    territory: Territory, traits: dict[str, object], reason: str
) -> None:
    pair, kept, double = pair_of(territory, **traits)
    assert reason in pair.reasons
    assert set(pair.patients) == {kept, double}
    double.refresh_from_db()
    assert double.is_homonym == (reason == "same_traits")


@pytest.mark.parametrize(
    "traits",
    [
        {"first_names": "Bernadette"},
        {"birth_name": "Moreau"},
        {"birth_date": date(1975, 11, 30)},
    ],
)
def test_somebody_else_is_not_proposed(territory: Territory, traits: dict[str, object]) -> None:
    register(territory)
    register(territory, **traits)
    assert not list_pairs(territory.technologist)


def test_another_site_and_a_radiologist_see_and_decide_nothing(territory: Territory) -> None:
    pair, kept, _double = pair_of(territory)
    for actor in (territory.outsider, territory.imageur):
        assert not list_pairs(actor)
        with pytest.raises(IdentityPair.DoesNotExist):
            merge_pair(pair_id=pair.pk, survivor_id=kept.pk, reason=WHY, by=actor, at=now())


def test_a_merge_needs_a_reason_and_the_identity_to_keep(territory: Territory) -> None:
    pair, kept, _double = pair_of(territory)
    for survivor, reason in ((None, WHY), (kept.pk, " "), (territory.patient.pk, WHY)):
        with pytest.raises(GuardError):
            merge_pair(
                pair_id=pair.pk, survivor_id=survivor, reason=reason, by=territory.technologist, at=now()
            )
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_an_ins_is_never_lost_in_a_merge(territory: Territory) -> None:
    provisional = register(territory)
    at = {"one": provisional, "other": territory.patient, "reasons": ["same_traits"]}
    pair = propose_pair(**at, by=territory.technologist, at=now())  # type: ignore[arg-type]
    with pytest.raises(GuardError):
        merge(territory, pair, provisional)
    assert merge(territory, pair, territory.patient).survivor == territory.patient


def test_everything_follows_the_surviving_identity_and_comes_back_exactly(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    act = draft(Territory(**{**vars(territory), "patient": double})).act
    account = make_patient_actor(double)
    grant_to_patient(act_id=act.pk, patient_id=double.pk, reason="told", at=now())
    before = rows_of((kept, double))

    merge(territory, pair, kept)
    act.refresh_from_db()
    assert act.patient == kept
    assert User.objects.get(pk=account.id).patient_id == kept.pk
    assert set(PatientIdentifier.objects.filter(patient=kept).values_list("value", flat=True)) == {
        value for _issuer, value, _patient in before["identifiers"]
    }
    assert list(list_patients(territory.technologist).filter(pk__in=[kept.pk, double.pk])) == [kept]
    assert search_patients(territory.technologist, words="lefevre", most=9) == [kept]
    after = Act.objects.create(
        patient=kept,
        requesting_site=territory.site,
        accession_number="DIA-AFTER",
        study_instance_uid="2.25.1",
        requested_urgency="urgent",
        created_at=now(),
    )

    unmerge_pair(pair_id=pair.pk, reason="Deux sœurs", by=territory.requester, at=now())
    after.refresh_from_db()
    assert after.patient == kept
    after.delete()
    assert rows_of((kept, double)) == before
    assert set(search_patients(territory.technologist, words="lefevre", most=9)) == {kept, double}
    actions = Entry.objects.filter(patient_id=double.pk).values_list("action", flat=True)
    assert {"patient.merged", "patient.unmerged", "identity_pair.merge"} <= set(actions)


def test_a_right_given_after_the_merge_goes_back_with_its_act(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    act = draft(Territory(**{**vars(territory), "patient": double})).act
    merge(territory, pair, kept)
    grant_to_patient(act_id=act.pk, patient_id=kept.pk, reason="told", at=now())
    unmerge_pair(pair_id=pair.pk, reason="Deux sœurs", by=territory.requester, at=now())
    assert Grant.objects.get(act_id=act.pk, role="patient").holder_id == double.pk


def give(territory: Territory, patient: Patient, email: str) -> None:
    seen = IdentityProof.Kind.IDENTITY_CARD
    invite_patient(patient=patient, email=email, document=seen, by=territory.technologist, at=now())


def sheets_of(patient: Patient) -> list[str]:
    found = AccessSheet.objects.filter(patient_id=patient.pk, revoked_at=None)
    return list(found.values_list("email", flat=True))


def test_the_access_of_the_patient_follows_and_can_be_ended(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    give(territory, double, "odette@patients.example")
    account = make_patient_actor(double)
    merge(territory, pair, kept)
    assert sheets_of(kept) == ["odette@patients.example"]
    assert revoke_sheet(patient_id=kept.pk, by=territory.technologist, at=now()) == 1
    unmerge_pair(pair_id=pair.pk, reason="Deux sœurs", by=territory.requester, at=now())
    assert AccessSheet.objects.get().patient_id == double.pk
    assert User.objects.get(pk=account.id).patient_id == double.pk


def test_the_watch_over_a_record_follows_through_two_merges_and_can_be_ended(territory: Territory) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, territory.site)
    pair, kept, double = pair_of(territory)
    third = register(territory, first_names="Odète")
    watch_patient(patient_id=double.pk, reason="Une collègue", by=administrator, at=now())
    merge(territory, pair, kept)
    later = list_pairs(territory.technologist).get(first__in=[kept, third], second__in=[kept, third])
    merge(territory, later, third)
    assert list_watched([third.pk]) == {third.pk}
    end_watch(patient_id=third.pk, by=administrator, at=now())
    assert list_watched([third.pk]) == set()


def test_of_two_accesses_the_survivor_keeps_its_own(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    give(territory, kept, "odette@patients.example")
    give(territory, double, "o.lefevre@patients.example")
    account = make_patient_actor(double)
    merge(territory, pair, kept)
    assert (sheets_of(kept), sheets_of(double)) == (
        ["odette@patients.example"],
        ["o.lefevre@patients.example"],
    )
    assert User.objects.get(pk=account.id).patient_id == double.pk


def test_who_stands_beside_a_patient_follows_the_merge_and_comes_back(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    by, when = territory.technologist, now()
    carer = RelatedPerson(birth_name="Ivol", first_names="Élise")
    values = {"bond": Bond("carer"), "by": by, "at": when}
    first = add_relationship(patient_id=double.pk, person=carer, is_distinct=False, **values)  # type: ignore[arg-type]
    twice = link_person(patient_id=kept.pk, person_id=carer.pk, **values)  # type: ignore[arg-type]
    other = link_person(patient_id=double.pk, person_id=carer.pk, bond=Bond("trusted"), by=by, at=when)
    merge(territory, pair, kept)
    # One of its kind that the survivor has already stays where it is.
    assert {each.pk for each in list_relationships(kept.pk)} == {twice.pk, other.pk}
    unmerge_pair(pair_id=pair.pk, reason="Deux sœurs", by=territory.requester, at=now())
    assert {each.pk for each in list_relationships(kept.pk)} == {twice.pk}
    assert {each.pk for each in list_relationships(double.pk)} == {first.pk, other.pk}


def test_two_who_object_to_the_same_are_merged_all_the_same(territory: Territory) -> None:
    pair, kept, double = pair_of(territory)
    for each, kinds in ((kept, ["treating"]), (double, ["treating", "outside"])):
        for kind in kinds:
            object_to(patient_id=each.pk, kind=kind, reason="Dit ce jour", by=territory.requester, at=now())
    merge(territory, pair, kept)
    assert set(kept.objections.values_list("kind", flat=True)) == {"treating", "outside"}
    unmerge_pair(pair_id=pair.pk, reason="Deux sœurs", by=territory.requester, at=now())
    assert set(double.objections.values_list("kind", flat=True)) == {"treating", "outside"}
    assert set(kept.objections.values_list("kind", flat=True)) == {"treating"}


def test_a_merge_is_reviewed_by_a_second_person(territory: Territory) -> None:
    pair, kept, _double = pair_of(territory)
    merge(territory, pair, kept)
    assert list_pairs_to_see(territory.requester) == [pair]
    with pytest.raises(GuardError):
        review_pair(pair_id=pair.pk, by=territory.technologist, at=now())
    assert review_pair(pair_id=pair.pk, by=territory.requester, at=now()).state == "reviewed"
    assert list_pairs_to_see(territory.requester) == []
    assert unmerge_pair(pair_id=pair.pk, reason="Erreur", by=territory.requester, at=now()).survivor is None


def test_merges_are_undone_in_the_reverse_order(territory: Territory) -> None:
    pair, kept, _double = pair_of(territory)
    third = register(territory, first_names="Odète")
    merge(territory, pair, kept)
    later = list_pairs(territory.technologist).get(first__in=[kept, third], second__in=[kept, third])
    merge(territory, later, third)
    with pytest.raises(ConflictError):
        unmerge_pair(pair_id=pair.pk, reason=WHY, by=territory.technologist, at=now())
    unmerge_pair(pair_id=later.pk, reason=WHY, by=territory.technologist, at=now())
    unmerge_pair(pair_id=pair.pk, reason=WHY, by=territory.technologist, at=now())
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_two_persons_are_said_apart_and_may_be_compared_again(territory: Territory) -> None:
    pair, kept, _double = pair_of(territory)
    set_pair_apart(pair_id=pair.pk, reason="Jumelles", by=territory.technologist, at=now())
    assert list_pairs_to_see(territory.technologist) == []
    with pytest.raises(ConflictError):
        merge(territory, pair, kept)
    compare_again(pair_id=pair.pk, reason="Relu", by=territory.technologist, at=now())
    assert list_pairs_to_see(territory.technologist) == [pair]


def at_another_site(territory: Territory, **changes: object) -> Patient:
    held = territory.patient
    traits = {
        "birth_name": held.birth_name,
        "first_names": held.first_names,
        "sex": held.sex,
        "birth_date": held.birth_date,
        "ins": held.ins,
        "ins_oid": held.ins_oid,
        "identity_status": "provisional",
    }
    return register_new_patient(
        patient=PatientFactory.build(**{**traits, **changes}),
        issuer="ISSUER-OF-ANOTHER-SITE",
        is_distinct=False,
        by=territory.outsider,
        at=now(),
    )


def test_an_ins_known_at_another_site_with_the_same_traits_is_linked(territory: Territory) -> None:
    assert at_another_site(territory) == territory.patient
    assert at_another_site(territory) == territory.patient
    assert territory.patient.identifiers.count() == 2


def test_an_ins_known_with_other_traits_is_a_collision_that_makes_the_exam_wait(territory: Territory) -> None:
    made = at_another_site(territory, birth_name="Tout-Autre")
    assert made != territory.patient
    assert made.ins == ""
    pair = list_pairs(territory.technologist).get()
    assert (pair.is_collision, pair.claimed_ins) == (True, territory.patient.ins)
    assert find_doubt(made)
    assert find_doubt(territory.patient) == ""  # qualified: somebody else's slip does not stop them
    set_pair_apart(pair_id=pair.pk, reason="INS mal lu", by=territory.technologist, at=now())
    assert find_doubt(made) == ""


def test_nobody_merges_an_identity_that_they_do_not_see(territory: Territory) -> None:
    made = at_another_site(territory, birth_name="Tout-Autre")
    pair = list_pairs(territory.technologist).get()
    with pytest.raises(GuardError) as refusal:
        merge(territory, pair, territory.patient)
    assert "autre site" in str(refusal.value.missing[0].what)
    assert not Patient.objects.exclude(merged_into=None).exists()
    for trait in ("birth_name", "first_names", "sex", "birth_date"):  # corrected from a document
        setattr(made, trait, getattr(territory.patient, trait))
    made.save()
    assert merge(territory, pair, territory.patient).survivor == territory.patient
