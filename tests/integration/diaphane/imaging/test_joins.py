"""Images join an exam at once where they name its patient, else once a second person has compared (R40)."""

from datetime import datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.acts.operations import open_act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.joining import attach_study, confirm_join, decline_join
from diaphane.imaging.matching import compare_patient
from diaphane.imaging.models import Move, MoveState, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.imaging.taking_away import undo_move
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.concurrency import at_once
from tests.factories import PatientFactory, PatientIdentifierFactory, StructureFactory, make_actor
from tests.images import make_ct
from tests.joins import join
from tests.placements import photograph
from tests.scenes import Territory

from .conftest import make_machine


def receive(act: Act, edge: Actor, at: datetime, **elements: object) -> Study:
    """Return the study of one image that waits."""
    receipt = store_instance(content=make_ct(act, **elements), by=edge, at=at)
    assert receipt.study is not None
    assert receipt.study.act is None
    return receipt.study


@pytest.fixture
def unlike(edge: Actor, act: Act, at: datetime) -> Study:
    """Return images of the exam's own study that name somebody else."""
    return receive(act, edge, at, PatientID="AUTRE", number=7)


@pytest.fixture
def alike(edge: Actor, act: Act, at: datetime) -> Study:
    """Return images of another study that name the exam's patient."""
    return receive(act, edge, at, StudyInstanceUID="2.25.77")


@pytest.fixture
def proposed(unlike: Study, act: Act, territory: Territory, at: datetime) -> Move:
    return attach_study(study=unlike, act=act, reason="Bracelet relu", by=territory.technologist, at=at)


def test_only_the_site_s_technologists_and_the_act_s_imageurs_hear_of_a_proposal(
    proposed: Move, territory: Territory
) -> None:
    strangers = [
        make_actor(Role.TECHNOLOGIST, StructureFactory()),
        make_actor(Role.IMAGEUR, StructureFactory()),
        territory.requester,
    ]
    for stranger in strangers:
        assert not Move.objects.visible_to(stranger)
    assert Move.objects.visible_to(territory.imageur).get() == proposed


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.IMAGEUR, Role.REQUESTING_PHYSICIAN])
def test_nobody_of_another_site_confirms(proposed: Move, role: Role, at: datetime) -> None:
    stranger = make_actor(role, StructureFactory())
    with pytest.raises(NotAllowedError):
        confirm_join(move=proposed, by=stranger, at=at)
    with pytest.raises(NotAllowedError):
        decline_join(move=proposed, reason="Non", by=stranger, at=at)


def test_the_requester_confirms_nothing(proposed: Move, territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        confirm_join(move=proposed, by=territory.requester, at=at)


def test_who_proposes_does_not_confirm(proposed: Move, act: Act, territory: Territory, at: datetime) -> None:
    with pytest.raises(GuardError, match="pas encore possible"):
        confirm_join(move=proposed, by=territory.technologist, at=at)
    assert count_images(act).received == 0
    assert list_reconciliations(territory.technologist)


def test_images_that_name_another_patient_wait_for_a_second_person(
    proposed: Move, act: Act, territory: Territory, at: datetime
) -> None:
    assert proposed.state == MoveState.PROPOSED
    assert Event.objects.filter(kind="images.join_proposed", act_id=act.pk).exists()
    assert not Study.objects.visible_to(territory.imageur).exists()
    confirm_join(move=proposed, by=territory.imageur, at=at)
    assert count_images(act).received == 1
    assert not list_reconciliations(territory.technologist)
    done = Move.objects.get()
    assert (done.state, done.settled_by_id) == (MoveState.DONE, territory.imageur.id)
    assert Entry.objects.filter(action="images.attached", act_id=act.pk).exists()
    with pytest.raises(ConflictError):
        confirm_join(move=proposed, by=territory.imageur, at=at)


def test_another_technologist_of_the_site_is_a_second_person(
    proposed: Move, act: Act, territory: Territory, at: datetime
) -> None:
    confirm_join(move=proposed, by=make_actor(Role.TECHNOLOGIST, territory.site), at=at)
    assert count_images(act).received == 1


def test_a_declined_proposal_leaves_the_images_waiting(
    proposed: Move, unlike: Study, act: Act, territory: Territory, at: datetime
) -> None:
    with pytest.raises(GuardError):
        decline_join(move=proposed, reason=" ", by=territory.imageur, at=at)
    with pytest.raises(ConflictError):
        attach_study(study=unlike, act=act, reason="Encore", by=territory.technologist, at=at)
    decline_join(move=proposed, reason="Ce n’est pas elle", by=territory.imageur, at=at)
    assert list_reconciliations(territory.technologist)
    again = attach_study(study=unlike, act=act, reason="Encore", by=territory.technologist, at=at)
    assert again.state == MoveState.PROPOSED


def test_images_that_name_the_patient_join_at_once(
    alike: Study, act: Act, territory: Territory, at: datetime
) -> None:
    move = attach_study(study=alike, act=act, reason="Même patiente", by=territory.technologist, at=at)
    assert move.state == MoveState.DONE
    assert count_images(act).received == 1


def test_the_same_identifier_of_another_issuer_is_never_the_same_patient(
    edge: Actor, act: Act, territory: Territory, at: datetime
) -> None:
    study = receive(
        act, edge, at, IssuerOfPatientID="AILLEURS", PatientName="AUTRE^NOM", StudyInstanceUID="2.25.78"
    )
    likeness = compare_patient(study, act.patient)
    assert (likeness.identifier, likeness.agrees) == (None, False)
    move = attach_study(study=study, act=act, reason="Même numéro", by=territory.technologist, at=at)
    assert move.state == MoveState.PROPOSED


def test_an_identifier_without_issuer_says_nothing(edge: Actor, act: Act, at: datetime) -> None:
    study = receive(act, edge, at, IssuerOfPatientID="", StudyInstanceUID="2.25.79")
    assert compare_patient(study, act.patient).identifier is None


def test_accents_and_case_make_no_other_patient(
    edge: Actor, act: Act, territory: Territory, at: datetime
) -> None:
    patient = act.patient
    patient.birth_name, patient.first_names = "Lefèvre-Noël", "Zoé Marie"
    patient.save()
    study = receive(act, edge, at, PatientName="LEFEVRE-NOEL^ZOE", StudyInstanceUID="2.25.80")
    assert compare_patient(study, patient).name
    move = attach_study(study=study, act=act, reason="Vue", by=territory.technologist, at=at)
    assert move.state == MoveState.DONE


@pytest.mark.parametrize("has_own_images", [False, True])
@pytest.mark.parametrize("shares_series", [False, True])
def test_a_join_undone_gives_the_rows_back(
    edge: Actor, act: Act, territory: Territory, at: datetime, has_own_images: bool, shares_series: bool
) -> None:
    if has_own_images:
        store_instance(content=make_ct(act, SeriesInstanceUID="2.25.5"), by=edge, at=at)
    series = "2.25.5" if shares_series else "2.25.6"
    waiting = receive(act, edge, at, PatientID="AUTRE", number=7, SeriesInstanceUID=series)
    before = photograph()
    move = join(waiting, act, territory, at=at)
    assert count_images(act).received == 1 + has_own_images
    assert photograph() != before
    with pytest.raises(GuardError):
        undo_move(move=move, reason="", by=territory.technologist, at=at)
    undo_move(move=move, reason="Mauvais examen", by=territory.technologist, at=at)
    assert photograph() == before
    assert [each.reason for each in list_reconciliations(territory.technologist)] == ["taken_away"]
    assert Entry.objects.filter(action="images.move_undone", act_id=act.pk).exists()
    with pytest.raises(ConflictError):
        undo_move(move=move, reason="Encore", by=territory.technologist, at=at)


def test_nobody_else_undoes(alike: Study, act: Act, territory: Territory, at: datetime) -> None:
    move = join(alike, act, territory, at=at)
    for stranger in (make_actor(Role.TECHNOLOGIST, StructureFactory()), territory.requester):
        with pytest.raises(NotAllowedError):
            undo_move(move=move, reason="Erreur", by=stranger, at=at)
    assert count_images(act).received == 1


def test_a_join_is_undone_only_while_it_is_the_last(
    edge: Actor, act: Act, territory: Territory, at: datetime
) -> None:
    first = join(receive(act, edge, at, PatientID="UN", number=7), act, territory, at=at)
    later = at + timedelta(minutes=1)
    second = join(receive(act, edge, at, PatientID="DEUX", number=8), act, territory, at=later)
    with pytest.raises(ConflictError, match="le dernier"):
        undo_move(move=first, reason="Erreur", by=territory.technologist, at=later)
    undo_move(move=second, reason="Erreur", by=territory.technologist, at=later)
    undo_move(move=first, reason="Erreur", by=territory.technologist, at=later)
    assert count_images(act).received == 0


@pytest.mark.django_db(transaction=True)
def test_two_sites_that_hold_one_uid_attach_it_once(
    edge: Actor, act: Act, territory: Territory, at: datetime
) -> None:
    here = receive(act, edge, at, StudyInstanceUID="2.25.81")
    site, patient = StructureFactory(), PatientFactory()
    PatientIdentifierFactory(patient=patient, issuer=site.issuer)
    colleague = make_actor(Role.TECHNOLOGIST, site)
    other_act = open_act(patient=patient, site=site, urgency="urgent", by=colleague, at=at)
    there = receive(other_act, make_machine(site.pk), at, StudyInstanceUID="2.25.81")
    answers = at_once(
        lambda: attach_study(study=here, act=act, reason="Ici", by=territory.technologist, at=at),
        lambda: attach_study(study=there, act=other_act, reason="Là", by=colleague, at=at),
    )
    assert sorted(type(each).__name__ for each in answers) == ["ConflictError", "Move"]
    assert Study.objects.filter(act__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_persons_confirm_once(proposed: Move, act: Act, territory: Territory, at: datetime) -> None:
    seconds = [territory.imageur, make_actor(Role.TECHNOLOGIST, territory.site)]
    answers = at_once(
        *(lambda by=by: confirm_join(move=proposed, by=by, at=at) for by in seconds)  # type: ignore[misc]
    )
    assert sorted(str(type(each).__name__) for each in answers) == ["ConflictError", "NoneType"]
    assert count_images(act).received == 1
