"""Images attached to the wrong act are taken away at once, wait again, and may be put back (R40)."""

from datetime import datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.models import Instance, Move, Quarantine, Reconciliation, Series, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import attach_prior, list_priors
from diaphane.imaging.quarantining import quarantine_study
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.imaging.taking_away import take_away, undo_move
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests import scenes
from tests.concurrency import at_once
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.joins import join
from tests.placements import photograph
from tests.scenes import Territory


@pytest.fixture
def study(edge: Actor, act: Act, at: datetime) -> Study:
    """Return a study of two series, of two images and of one."""
    for number, series in ((1, "2.25.5"), (2, "2.25.5"), (3, "2.25.6")):
        content = make_ct(act, number=number, SeriesInstanceUID=series, SOPInstanceUID=f"2.25.1{number}")
        store_instance(content=content, by=edge, at=at)
    return Study.objects.get(act=act)


@pytest.fixture
def other_act(territory: Territory) -> Act:
    return scenes.validated(territory).act


def test_nobody_but_the_site_s_technologists_takes_away(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    strangers = [
        make_actor(Role.TECHNOLOGIST, StructureFactory()),
        territory.imageur,
        territory.requester,
        territory.outsider,
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowedError):
            take_away(study=study, act=act, reason="Pas la sienne", by=stranger, at=at)
    assert count_images(act).received == 3


def test_nothing_is_taken_away_without_a_reason_or_a_choice(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    with pytest.raises(GuardError):
        take_away(study=study, act=act, reason=" ", by=territory.technologist, at=at)
    with pytest.raises(GuardError, match="Aucune image"):
        take_away(
            study=study, act=act, reason="Non", by=territory.technologist, at=at, series_uids=["2.25.9"]
        )
    assert not Move.objects.exists()


def test_the_images_of_another_exam_are_not_taken_through_this_one(
    study: Study, other_act: Act, territory: Territory, at: datetime
) -> None:
    with pytest.raises(ConflictError):
        take_away(study=study, act=other_act, reason="Non", by=territory.technologist, at=at)


def test_a_whole_study_waits_again_and_closes_to_the_imageur(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    take_away(study=study, act=act, reason="Mauvaise ligne choisie", by=territory.technologist, at=at)
    assert not Study.objects.visible_to(territory.imageur).exists()
    assert count_images(act).received == 0
    waiting = list_reconciliations(territory.technologist).get()
    assert (waiting.study_id, waiting.reason) == (study.pk, Reconciliation.Reason.TAKEN_AWAY)
    assert Event.objects.filter(kind="images.taken_away", act_id=act.pk).exists()
    assert Entry.objects.filter(action="images.taken_away", act_id=act.pk).exists()


def test_what_comes_later_of_a_study_taken_away_waits_with_it(
    study: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    take_away(study=study, act=act, reason="Mauvaise ligne choisie", by=territory.technologist, at=at)
    store_instance(content=make_ct(act, number=9, SeriesInstanceUID="2.25.7"), by=edge, at=at)
    assert count_images(act).received == 0
    assert Study.objects.get().number_of_instances == 4


def test_what_comes_later_of_a_series_taken_away_follows_it_and_the_rest_does_not(
    study: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    take_away(
        study=study, act=act, reason="Autre patient", by=territory.technologist, at=at, series_uids=["2.25.6"]
    )
    store_instance(content=make_ct(act, number=9, SeriesInstanceUID="2.25.6"), by=edge, at=at)
    store_instance(content=make_ct(act, number=10, SeriesInstanceUID="2.25.5"), by=edge, at=at)
    assert count_images(act).received == 3
    assert Study.objects.get(act=None).number_of_instances == 2


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, 0),
        ({"series_uids": ["2.25.5"]}, 1),
        ({"sop_uids": ["2.25.12"]}, 2),
        ({"sop_uids": ["2.25.13"]}, 2),
    ],
)
def test_a_taking_away_undone_gives_the_rows_back(
    study: Study, act: Act, territory: Territory, at: datetime, chosen: dict[str, list[str]], left: int
) -> None:
    before = photograph()
    by = territory.technologist
    move = take_away(study=study, act=act, reason="Autre patient", by=by, at=at, **chosen)
    assert count_images(act).received == left
    assert sum(each.number_of_instances for each in Study.objects.filter(act=None)) == 3 - left
    assert not Series.objects.filter(instances=None).exists()
    undo_move(move=move, reason="C’était bien la sienne", by=by, at=at)
    assert photograph() == before
    assert not list_reconciliations(by)
    assert Reconciliation.objects.get().study_id == study.pk


def test_images_of_two_identities_wait_apart_under_what_their_headers_say(
    study: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    store_instance(content=make_ct(act, number=7, PatientName="DURAND^ÉLOÏSE", PatientID="X"), by=edge, at=at)
    join(Study.objects.get(act=None), act, territory, at=at)
    before = photograph()
    later = at + timedelta(minutes=1)
    by = territory.technologist
    move = take_away(study=study, act=act, reason="Deux patientes", by=by, at=later)
    names = set(Study.objects.values_list("patient_name", "number_of_instances"))
    assert names == {(act.patient.dicom_name, 3), ("DURAND^ÉLOÏSE", 1)}
    assert not Study.objects.filter(act__isnull=False).exists()
    assert len(list_reconciliations(by)) == 2
    with pytest.raises(GuardError):
        undo_move(move=move, reason="Erreur", by=by, at=later)
    colleague = make_actor(Role.TECHNOLOGIST, territory.site)
    undo_move(move=move, reason="Erreur", by=colleague, at=later)
    assert photograph() == before


def test_who_took_doubtful_images_away_does_not_show_them_again_alone(
    study: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    content = make_ct(act, PatientName="DURAND^ÉLOÏSE", StudyInstanceUID="2.25.70")
    store_instance(content=content, by=edge, at=at)
    join(Study.objects.get(act=None), act, territory, at=at)
    later = at + timedelta(minutes=1)
    joined = Study.objects.get(study_instance_uid="2.25.70")
    move = take_away(study=joined, act=act, reason="Pas elle", by=territory.technologist, at=later)
    with pytest.raises(GuardError):
        undo_move(move=move, reason="Finalement", by=territory.technologist, at=later)
    colleague = make_actor(Role.TECHNOLOGIST, territory.site)
    undo_move(move=move, reason="Vérifié à deux", by=colleague, at=later)
    assert count_images(act).received == 4


def test_images_taken_away_join_the_right_exam_and_the_first_move_is_not_undone_any_more(
    study: Study, act: Act, other_act: Act, territory: Territory, at: datetime
) -> None:
    by = territory.technologist
    away = take_away(study=study, act=act, reason="Autre examen", by=by, at=at)
    later = at + timedelta(minutes=1)
    back = join(Study.objects.get(act=None), other_act, territory, at=later)
    assert (count_images(act).received, count_images(other_act).received) == (0, 3)
    with pytest.raises(ConflictError, match="dernier"):
        undo_move(move=away, reason="Erreur", by=by, at=later)
    undo_move(move=back, reason="Erreur", by=by, at=later)
    undo_move(move=away, reason="Erreur", by=by, at=later)
    assert count_images(act).received == 3


def test_a_study_taken_away_leaves_every_act_that_it_was_beside(
    study: Study, act: Act, other_act: Act, territory: Territory, at: datetime
) -> None:
    by = territory.technologist
    attach_prior(study=study, act=other_act, reason="Antérieur", by=by, at=at)
    quarantine_study(study=study, reason="Doute", by=by, at=at)
    take_away(study=study, act=act, reason="Pas elle", by=by, at=at)
    assert not list_priors(other_act)
    assert not Quarantine.objects.still_open()
    assert not Study.objects.visible_to(territory.imageur).exists()


@pytest.mark.django_db(transaction=True)
def test_two_persons_take_away_once(study: Study, act: Act, territory: Territory, at: datetime) -> None:
    persons = [territory.technologist, make_actor(Role.TECHNOLOGIST, territory.site)]
    answers = at_once(
        *(
            lambda by=by: take_away(study=study, act=act, reason="Autre patient", by=by, at=at)  # type: ignore[misc]
            for by in persons
        )
    )
    assert sorted(type(each).__name__ for each in answers) == ["ConflictError", "Move"]
    assert Instance.objects.filter(series__study__act=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_images_that_come_while_others_leave_are_neither_lost_nor_refused(
    study: Study, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    def receive() -> None:
        for number in range(20, 26):
            store_instance(content=make_ct(act, number=number, SeriesInstanceUID="2.25.5"), by=edge, at=at)

    by = territory.technologist
    answers = at_once(
        receive,
        lambda: take_away(study=study, act=act, reason="Autre patient", by=by, at=at, series_uids=["2.25.5"]),
    )
    assert [type(each).__name__ for each in answers] == ["NoneType", "Move"]
    assert Instance.objects.count() == 9
    counted = Study.objects.values_list("pk", "number_of_instances")
    assert {pk: Instance.objects.filter(series__study=pk).count() for pk, _n in counted} == dict(counted)
