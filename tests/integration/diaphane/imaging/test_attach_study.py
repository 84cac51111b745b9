"""A technologist of the site attaches what waits, says why, and rights follow the act."""

from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.models import Reconciliation, ReconciliationState, Study
from diaphane.imaging.operations import (
    attach_study,
    set_arrival_aside,
    set_study_aside,
    store_instance,
)
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.joins import join
from tests.scenes import Territory


@pytest.fixture
def waiting(edge: Actor, act: Act, at: datetime) -> Study:
    """Return a study that names another patient than its act."""
    receipt = store_instance(content=make_ct(act, PatientID="AUTRE", number=7), by=edge, at=at)
    assert receipt.study is not None
    return receipt.study


def test_another_site_neither_sees_nor_attaches(waiting: Study, act: Act, at: datetime) -> None:
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    assert not list_reconciliations(stranger)
    with pytest.raises(NotAllowedError):
        attach_study(study=waiting, act=act, reason="le sien", by=stranger, at=at)


def test_an_imageur_attaches_nothing(waiting: Study, act: Act, territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        attach_study(study=waiting, act=act, reason="le sien", by=territory.imageur, at=at)
    assert not Study.objects.visible_to(territory.imageur).exists()


def test_no_one_attaches_without_saying_why(
    waiting: Study, act: Act, territory: Territory, at: datetime
) -> None:
    with pytest.raises(GuardError):
        attach_study(study=waiting, act=act, reason="  ", by=territory.technologist, at=at)
    assert Study.objects.get(pk=waiting.pk).act is None


def test_an_attached_study_opens_to_those_of_the_act(
    waiting: Study, act: Act, territory: Territory, at: datetime
) -> None:
    join(waiting, act, territory, at=at, reason="Saisie erronée")
    assert Study.objects.visible_to(territory.imageur).get().act == act
    assert count_images(act).received == 1
    row = Reconciliation.objects.get()
    assert (row.state, row.settled_by_id) == (ReconciliationState.ATTACHED, territory.imageur.id)
    assert Entry.objects.filter(action="images.attached", act_id=act.pk).exists()
    assert not list_reconciliations(territory.technologist)


def test_two_persons_attach_once(waiting: Study, act: Act, territory: Territory, at: datetime) -> None:
    join(waiting, act, territory, at=at, reason="Saisie erronée")
    with pytest.raises(ConflictError):
        attach_study(study=waiting, act=act, reason="Encore", by=territory.technologist, at=at)


def test_images_join_those_that_the_exam_already_has(
    waiting: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    join(waiting, act, territory, at=at, reason="Saisie erronée")
    assert Study.objects.get().act == act
    assert count_images(act).received == 2


def test_what_is_set_aside_leaves_the_list_and_can_still_be_attached(
    waiting: Study, act: Act, territory: Territory, at: datetime
) -> None:
    set_study_aside(study=waiting, reason="Essai de la machine", by=territory.technologist, at=at)
    assert not list_reconciliations(territory.technologist)
    join(waiting, act, territory, at=at, reason="Finalement le sien")
    assert count_images(act).received == 1


def test_a_conflict_is_set_aside_by_itself_and_its_study_stays(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    first = make_ct(act, SOPInstanceUID="2.25.42")
    store_instance(content=first, by=edge, at=at)
    store_instance(content=make_ct(act, SOPInstanceUID="2.25.42", SeriesDescription="AUTRE"), by=edge, at=at)
    arrival = Reconciliation.objects.get()
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    with pytest.raises(NotAllowedError):
        set_arrival_aside(arrival=arrival, reason="Vu", by=stranger, at=at)
    with pytest.raises(GuardError):
        set_arrival_aside(arrival=arrival, reason=" ", by=territory.technologist, at=at)
    set_arrival_aside(
        arrival=arrival, reason="Envoi double, le premier fait foi", by=territory.technologist, at=at
    )
    assert not list_reconciliations(territory.technologist)
    assert Study.objects.get(act=act).act == act
    with pytest.raises(ConflictError):
        set_arrival_aside(arrival=arrival, reason="Encore", by=territory.technologist, at=at)
