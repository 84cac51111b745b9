"""Earlier images stand beside an exam because a technologist says whose they are; they never count as it."""

from dataclasses import replace
from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.models import Prior, Reconciliation, ReconciliationState, Study
from diaphane.imaging.operations import attach_study, record_study_view, store_instance
from diaphane.imaging.priors import attach_prior, get_prior, list_priors, withdraw_prior
from diaphane.imaging.queries import count_images, list_reconciliations, list_studies
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.models import Patient
from tests import scenes
from tests.factories import PatientFactory, PatientIdentifierFactory, StructureFactory, make_actor
from tests.images import make_ct
from tests.joins import join
from tests.scenes import Territory

REASON = "CD apporté par la patiente, identité relue"


@pytest.fixture
def earlier(edge: Actor, territory: Territory, at: datetime) -> Study:
    """Return a study of no exam, which waits and names the patient."""
    receipt = store_instance(content=make_ct(**name(territory.patient)), by=edge, at=at)
    assert receipt.study is not None
    return receipt.study


def name(patient: Patient, **elements: object) -> dict[str, object]:
    """Return how another hospital writes a patient in the images that it makes."""
    traits = {
        "PatientName": patient.dicom_name,
        "PatientBirthDate": f"{patient.birth_date:%Y%m%d}",
        "PatientSex": patient.sex,
        "PatientID": "AILLEURS-1",
        "StudyDate": "20240101",
    }
    return traits | elements


def another_act(territory: Territory, *, patient: object = None) -> Act:
    """Return another exam of the same site, of the same patient unless another is given."""
    return scenes.validated(replace(territory, patient=patient or territory.patient)).act  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.REQUESTING_PHYSICIAN])
def test_another_role_attaches_nothing(
    role: Role, earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    by = {Role.IMAGEUR: territory.imageur, Role.REQUESTING_PHYSICIAN: territory.requester}[role]
    with pytest.raises(NotAllowedError):
        attach_prior(study=earlier, act=act, reason=REASON, by=by, at=at)
    assert not Prior.objects.exists()


def test_another_site_neither_gives_nor_takes(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    with pytest.raises(NotAllowedError):
        attach_prior(study=earlier, act=act, reason=REASON, by=stranger, at=at)
    prior = attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    with pytest.raises(NotAllowedError):
        withdraw_prior(prior=prior, reason="Le mien", by=stranger, at=at)
    assert list(list_priors(act)) == [prior]


def test_a_study_that_waits_at_another_site_is_not_taken(
    act: Act, foreign_edge: Actor, territory: Territory, at: datetime
) -> None:
    elsewhere = store_instance(content=make_ct(), by=foreign_edge, at=at).study
    assert elsewhere is not None
    with pytest.raises(NotAllowedError):
        attach_prior(study=elsewhere, act=act, reason=REASON, by=territory.technologist, at=at)


def test_no_one_attaches_or_withdraws_without_saying_why(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    with pytest.raises(GuardError):
        attach_prior(study=earlier, act=act, reason=" ", by=territory.technologist, at=at)
    prior = attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    with pytest.raises(GuardError):
        withdraw_prior(prior=prior, reason="", by=territory.technologist, at=at)


def test_it_opens_to_those_of_the_act_and_counts_as_none_of_its_images(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    assert not Study.objects.visible_to(territory.imageur).exists()
    attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    assert Study.objects.visible_to(territory.imageur).get() == earlier
    assert not Study.objects.visible_to(territory.outsider).exists()
    assert (count_images(act).expected, count_images(act).received) == (0, 0)
    assert not list_studies(act)
    assert not list_reconciliations(territory.technologist)
    assert Reconciliation.objects.get().state == ReconciliationState.ATTACHED
    assert Entry.objects.filter(action="images.prior_attached", act_id=act.pk).count() == 1
    assert Event.objects.filter(kind="images.prior_attached", act_id=act.pk).exists()
    assert not Event.objects.filter(kind="images.attached").exists()


def test_twice_is_once(earlier: Study, act: Act, territory: Territory, at: datetime) -> None:
    first = attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    assert attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at) == first
    assert Entry.objects.filter(action="images.prior_attached").count() == 1


def test_it_goes_with_the_patient_to_a_later_exam_and_never_to_another_patients(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    later = another_act(territory)
    attach_prior(study=earlier, act=later, reason="Même CD", by=territory.technologist, at=at)
    assert [each.study for each in list_priors(later)] == [earlier]
    neighbour = PatientFactory()
    PatientIdentifierFactory(patient=neighbour, issuer=territory.site.issuer)
    with pytest.raises(ConflictError):
        attach_prior(
            study=earlier,
            act=another_act(territory, patient=neighbour),
            reason="Par erreur",
            by=territory.technologist,
            at=at,
        )


def test_an_exam_made_here_stands_beside_the_next_one_but_not_beside_itself(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    own = store_instance(content=make_ct(act), by=edge, at=at).study
    assert own is not None
    with pytest.raises(ConflictError):
        attach_prior(study=own, act=act, reason=REASON, by=territory.technologist, at=at)
    later = another_act(territory)
    attach_prior(study=own, act=later, reason=REASON, by=territory.technologist, at=at)
    assert [each.study for each in list_priors(later)] == [own]
    assert Study.objects.get(pk=own.pk).act == act


def test_what_stands_beside_an_exam_is_not_made_into_one(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    with pytest.raises(ConflictError):
        attach_study(study=earlier, act=act, reason="Rattaché à tort", by=territory.technologist, at=at)


def test_what_is_taken_away_closes_and_waits_again(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    by = territory.technologist
    prior = attach_prior(study=earlier, act=act, reason=REASON, by=by, at=at)
    withdraw_prior(prior=prior, reason="Homonyme", by=by, at=at)
    assert not Study.objects.visible_to(territory.imageur).exists()
    [waiting] = list_reconciliations(by)
    assert (waiting.study, waiting.reason) == (earlier, Reconciliation.Reason.TAKEN_AWAY)
    assert Entry.objects.filter(action="images.prior_withdrawn", act_id=act.pk).exists()
    with pytest.raises(ConflictError):
        withdraw_prior(prior=prior, reason="Encore", by=by, at=at)
    with pytest.raises(Prior.DoesNotExist):
        get_prior(prior.pk, act=act)
    join(earlier, act, territory, at=at, reason="Finalement l’examen")
    assert count_images(act).received == 1


def test_who_looked_at_earlier_images_is_written_for_the_act_they_stand_beside(
    earlier: Study, act: Act, territory: Territory, at: datetime
) -> None:
    attach_prior(study=earlier, act=act, reason=REASON, by=territory.technologist, at=at)
    record_study_view(study=earlier, by=territory.imageur, at=at)
    seen = Entry.objects.get(action="viewed.images")
    assert (seen.act_id, seen.patient_id) == (act.pk, act.patient_id)
