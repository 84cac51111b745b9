"""Images in doubt close at once to all but those who can settle it, and no report is signed on them (R40)."""

from datetime import datetime

import pytest

from diaphane.access.operations import grant_to_patient, grant_to_person, grant_to_roles
from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.films import list_films
from diaphane.imaging.models import Quarantine, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import attach_prior
from diaphane.imaging.quarantining import lift_quarantine, quarantine_study
from diaphane.imaging.queries import count_images_shown, list_studies_shown
from diaphane.imaging.searching import Search, search_instances, search_series, search_studies
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests import scenes
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import make_machine


@pytest.fixture
def study(edge: Actor, act: Act, at: datetime) -> Study:
    store_instance(content=make_ct(act), by=edge, at=at)
    return Study.objects.get()


@pytest.fixture
def doubt(study: Study, territory: Territory, at: datetime) -> Quarantine:
    return quarantine_study(study=study, reason="Tatouage absent", by=territory.imageur, at=at)


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.IMAGEUR, Role.REQUESTING_PHYSICIAN])
def test_nobody_from_elsewhere_closes_or_opens(
    study: Study, doubt: Quarantine, role: Role, at: datetime
) -> None:
    stranger = make_actor(role, StructureFactory())
    assert not Quarantine.objects.visible_to(stranger)
    with pytest.raises(NotAllowedError):
        quarantine_study(study=study, reason="Doute", by=stranger, at=at)
    with pytest.raises(NotAllowedError):
        lift_quarantine(quarantine=doubt, reason="Fini", by=stranger, at=at)


def test_the_requester_neither_closes_nor_opens(
    study: Study, doubt: Quarantine, territory: Territory, at: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        quarantine_study(study=study, reason="Doute", by=territory.requester, at=at)
    with pytest.raises(NotAllowedError):
        lift_quarantine(quarantine=doubt, reason="Fini", by=territory.requester, at=at)


def test_a_reason_is_needed_both_ways(study: Study, territory: Territory, at: datetime) -> None:
    with pytest.raises(GuardError):
        quarantine_study(study=study, reason=" ", by=territory.imageur, at=at)
    doubt = quarantine_study(study=study, reason="Doute", by=territory.imageur, at=at)
    with pytest.raises(GuardError):
        lift_quarantine(quarantine=doubt, reason="", by=territory.technologist, at=at)
    with pytest.raises(ConflictError):
        quarantine_study(study=study, reason="Encore", by=territory.technologist, at=at)


def list_readers(territory: Territory, act: Act, at: datetime) -> dict[str, Actor]:
    """Return everyone who may open the images of the act, its patient told."""
    grant_to_roles(act_id=act.pk, structure_id=territory.site.pk, roles=(Role.SERVICE,), reason="test", at=at)
    patient = Actor(
        id=territory.outsider.id, role=Role.PATIENT, label="Patient", patient_id=territory.patient.pk
    )
    grant_to_patient(act_id=act.pk, patient_id=act.patient_id, reason="test", at=at)
    return {
        "imageur": territory.imageur,
        "technologist": territory.technologist,
        "requester": territory.requester,
        "patient": patient,
        "service": make_machine(territory.site.pk, Role.SERVICE),
    }


def test_a_quarantine_closes_every_way_in_to_other_readers_and_lifting_opens_them(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    readers = list_readers(territory, act, at)

    def list_who_sees() -> set[str]:
        return {
            name
            for name, actor in readers.items()
            if any(
                (
                    Study.objects.visible_to(actor).exists(),
                    search_studies(actor, Search()),
                    search_series(actor, Search()),
                    search_instances(actor, Search()),
                    list_films(act, actor=actor),
                    list_studies_shown(act, actor=actor),
                    count_images_shown(act, actor=actor),
                )
            )
        }

    assert list_who_sees() == set(readers)
    doubt = quarantine_study(study=study, reason="Doute", by=territory.technologist, at=at)
    assert list_who_sees() == {"imageur", "technologist"}
    lift_quarantine(quarantine=doubt, reason="Relu", by=territory.imageur, at=at)
    assert list_who_sees() == set(readers)
    with pytest.raises(ConflictError):
        lift_quarantine(quarantine=doubt, reason="Relu", by=territory.imageur, at=at)
    written = set(Entry.objects.filter(act_id=act.pk).values_list("action", flat=True))
    assert {"images.quarantined", "images.quarantine_lifted"} <= written


def test_beside_another_act_it_closes_to_its_imageurs_too(
    study: Study, territory: Territory, at: datetime
) -> None:
    other = scenes.validated(territory).act
    attach_prior(study=study, act=other, reason="Antérieur", by=territory.technologist, at=at)
    colleague = make_actor(Role.IMAGEUR, StructureFactory())
    grant_to_person(act_id=other.pk, person_id=colleague.id, role=Role.IMAGEUR, reason="test", at=at)
    assert Study.objects.visible_to(colleague).exists()
    quarantine_study(study=study, reason="Doute", by=territory.imageur, at=at)
    assert not Study.objects.visible_to(colleague).exists()
    assert Study.objects.visible_to(territory.imageur).exists()


def test_what_comes_later_of_a_closed_study_is_closed_too(
    study: Study, doubt: Quarantine, act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    store_instance(content=make_ct(act, number=2), by=edge, at=at)
    assert Study.objects.get().number_of_instances == 2
    assert count_images_shown(act, actor=territory.requester) == 0


def test_a_doubted_series_is_named_and_the_whole_study_closes(
    study: Study, act: Act, territory: Territory, at: datetime
) -> None:
    [series] = study.series.all()
    doubt = quarantine_study(
        study=study,
        reason="Doute",
        by=territory.imageur,
        at=at,
        series_uids=[series.series_instance_uid],
    )
    assert doubt.series == ["Parenchyme"]
    assert count_images_shown(act, actor=territory.requester) == 0
