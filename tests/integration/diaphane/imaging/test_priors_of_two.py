"""Earlier images whose traits are not all the patient's stand beside an exam once a second person agrees."""

from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.imaging.joining import confirm_join, decline_join
from diaphane.imaging.models import Move, MoveState, Prior, Reconciliation, ReconciliationState, Study
from diaphane.imaging.operations import attach_study, store_instance
from diaphane.imaging.priors import attach_prior, list_priors, withdraw_prior
from diaphane.imaging.taking_away import undo_move
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.scenes import Territory

REASON = "Nom de jeune fille sur le CD"


@pytest.fixture
def stranger(edge: Actor, at: datetime) -> Study:
    """Return a study that waits and names somebody else."""
    receipt = store_instance(content=make_ct(StudyDate="20240101"), by=edge, at=at)
    assert receipt.study is not None
    return receipt.study


@pytest.fixture
def asked(stranger: Study, act: Act, territory: Territory, at: datetime) -> Move:
    """Return what a technologist proposed."""
    said = attach_prior(study=stranger, act=act, reason=REASON, by=territory.technologist, at=at)
    assert said is None
    return Move.objects.get()


def test_nothing_shows_before_a_second_person_agrees(
    asked: Move, stranger: Study, act: Act, territory: Territory
) -> None:
    assert (asked.kind, asked.state, asked.agrees) == (Move.Kind.BESIDE, MoveState.PROPOSED, False)
    assert not Prior.objects.exists()
    assert not Study.objects.visible_to(territory.imageur).filter(pk=stranger.pk).exists()
    assert Reconciliation.objects.get(study=stranger).state == ReconciliationState.WAITING


def test_neither_the_same_person_nor_a_stranger_confirms(
    asked: Move, territory: Territory, at: datetime
) -> None:
    with pytest.raises(GuardError):
        confirm_join(move=asked, by=territory.technologist, at=at)
    for other in (territory.requester, make_actor(Role.TECHNOLOGIST, StructureFactory())):
        with pytest.raises(NotAllowedError):
            confirm_join(move=asked, by=other, at=at)
    assert not Prior.objects.exists()


@pytest.mark.parametrize("who", ["imageur", "colleague"])
def test_the_second_person_puts_them_beside_in_the_name_of_the_first(
    who: str, asked: Move, stranger: Study, act: Act, territory: Territory, at: datetime
) -> None:
    colleague = make_actor(Role.TECHNOLOGIST, territory.site)
    by = territory.imageur if who == "imageur" else colleague
    confirm_join(move=asked, by=by, at=at)
    [prior] = list_priors(act)
    assert (prior.study, prior.reason, prior.added_by_id) == (stranger, REASON, territory.technologist.id)
    asked.refresh_from_db()
    assert (asked.state, asked.settled_by_id) == (MoveState.DONE, by.id)
    assert Study.objects.visible_to(territory.imageur).filter(pk=stranger.pk).exists()
    with pytest.raises(ConflictError):
        confirm_join(move=asked, by=territory.imageur, at=at)


def test_nobody_is_asked_twice_nor_otherwise_meanwhile(
    asked: Move, stranger: Study, act: Act, territory: Territory, at: datetime
) -> None:
    for attach in (attach_prior, attach_study):
        with pytest.raises(ConflictError):
            attach(study=stranger, act=act, reason=REASON, by=territory.technologist, at=at)
    decline_join(move=asked, reason="Ce n’est pas elle", by=territory.imageur, at=at)
    assert not Prior.objects.exists()
    assert attach_prior(study=stranger, act=act, reason=REASON, by=territory.technologist, at=at) is None


def test_they_are_withdrawn_and_never_undone(
    asked: Move, act: Act, territory: Territory, at: datetime
) -> None:
    confirm_join(move=asked, by=territory.imageur, at=at)
    with pytest.raises(ConflictError):
        undo_move(move=asked, reason="Erreur", by=territory.technologist, at=at)
    withdraw_prior(prior=list_priors(act).get(), reason="Erreur", by=territory.technologist, at=at)
    assert not list_priors(act)
    assert not Study.objects.visible_to(territory.imageur).exists()
