"""Earlier studies come from the site's archive beside the exam, for its identified patient only (R40)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.imaging.models import Prior, PriorSearch, Reconciliation, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.prior_fetching import (
    ASKED_FOR,
    ask_for_priors,
    end_search,
    list_identifiers,
    list_open_searches,
    record_candidates,
)
from diaphane.imaging.prior_searches import PriorSearchState
from diaphane.imaging.priors import list_priors, withdraw_prior
from diaphane.imaging.queries import count_images, list_reconciliations
from diaphane.imaging.relevance import EarlierStudy
from diaphane.kernel.actors import Actor
from diaphane.patients.models import Patient, PatientIdentifier
from tests import scenes
from tests.images import make_ct
from tests.scenes import Territory

UID = "1.2.3.4"


@pytest.fixture
def search(act: Act, at: datetime) -> PriorSearch:
    """Return the open search of the act."""
    ask_for_priors(act=act, at=at)
    return PriorSearch.objects.get()


def earlier(act: Act, **changed: object) -> EarlierStudy:
    study = EarlierStudy(UID, act.requesting_site.issuer, "20250110", "Scanner cérébral", ("CT",), ("HEAD",))
    return replace(study, **changed)  # type: ignore[arg-type]


def make_earlier(act: Act, **elements: object) -> bytes:
    """Return an image of the study that the archive holds of the act's patient."""
    values = {"StudyInstanceUID": UID, "AccessionNumber": "OLD-1", "StudyDate": "20250110"}
    return make_ct(act, **values | elements)


def fetch(search: PriorSearch, edge: Actor, at: datetime, *studies: EarlierStudy) -> list[str]:
    return record_candidates(search=search, studies=studies or [earlier(search.act)], by=edge, at=at)


def test_a_gateway_of_another_site_is_asked_nothing(
    search: PriorSearch, edge: Actor, foreign_edge: Actor, territory: Territory, at: datetime
) -> None:
    assert not list_open_searches(foreign_edge, at=at).exists()
    assert not list_open_searches(territory.technologist, at=at).exists()
    assert list(list_open_searches(edge, at=at)) == [search]


def test_an_act_is_asked_for_once(act: Act, search: PriorSearch, at: datetime) -> None:
    ask_for_priors(act=act, at=at)
    assert PriorSearch.objects.count() == 1
    assert Event.objects.filter(kind="priors.asked", act_id=act.pk).count() == 1


def test_an_archive_that_does_not_answer_is_asked_for_a_day(
    search: PriorSearch, edge: Actor, at: datetime
) -> None:
    failed = {"state": PriorSearchState.FAILED, "reason": "ARCHIVE does not answer", "missing": 0}
    for _again in range(3):
        end_search(search=search, by=edge, at=at, **failed)  # type: ignore[arg-type]
    assert list(list_open_searches(edge, at=at)) == [search]
    assert not list_open_searches(edge, at=at + ASKED_FOR + timedelta(seconds=1)).exists()
    assert Event.objects.filter(kind="priors.failed").count() == 1


@pytest.mark.parametrize("state", [PriorSearchState.DONE, PriorSearchState.NO_ARCHIVE])
def test_a_search_that_ended_is_over(
    search: PriorSearch, edge: Actor, at: datetime, state: PriorSearchState
) -> None:
    end_search(search=search, state=state, reason="", missing=0, by=edge, at=at)
    assert not list_open_searches(edge, at=at).exists()


def test_a_study_of_the_identified_patient_comes_beside_the_exam_and_never_counts_as_it(
    act: Act, search: PriorSearch, edge: Actor, territory: Territory, at: datetime
) -> None:
    assert fetch(search, edge, at) == [UID]
    for number in (1, 2):
        store_instance(content=make_earlier(act, number=number, SeriesInstanceUID="1.2.5"), by=edge, at=at)
    [prior] = list_priors(act)
    assert (prior.study.study_instance_uid, prior.study.act) == (UID, None)
    assert count_images(act).expected == 0
    assert not list_reconciliations(territory.technologist).exists()
    assert Study.objects.visible_to(territory.imageur).filter(pk=prior.study_id).exists()
    assert not Study.objects.visible_to(territory.outsider).exists()
    kinds = set(Event.objects.filter(act_id=act.pk, kind__startswith="images").values_list("kind", flat=True))
    assert kinds == {"images.prior_attached", "images.prior_received"}


@pytest.mark.parametrize(
    "changed",
    [
        {"PatientID": "AUTRE"},
        {"PatientName": "AUTRE^ANNE"},
        {"PatientBirthDate": "19540318"},
        {"PatientBirthDate": ""},
        {"IssuerOfPatientID": "AUTRE-SITE"},
    ],
)
def test_images_that_name_somebody_else_wait_for_a_person(
    act: Act, search: PriorSearch, edge: Actor, at: datetime, changed: dict[str, str]
) -> None:
    fetch(search, edge, at)
    store_instance(content=make_earlier(act, **changed), by=edge, at=at)
    assert not Prior.objects.exists()
    assert Reconciliation.objects.get().reason == Reconciliation.Reason.OTHER_PATIENT


def test_images_without_an_issuer_are_of_the_one_that_the_archive_holds(
    act: Act, search: PriorSearch, edge: Actor, at: datetime
) -> None:
    fetch(search, edge, at)
    store_instance(content=make_earlier(act, IssuerOfPatientID=""), by=edge, at=at)
    assert len(list_priors(act)) == 1


def test_images_without_an_issuer_of_an_archive_of_others_wait(
    act: Act, search: PriorSearch, edge: Actor, at: datetime
) -> None:
    fetch(search, edge, at, earlier(act, patient_issuer="AUTRE-SITE"))
    store_instance(content=make_earlier(act, IssuerOfPatientID=""), by=edge, at=at)
    assert not Prior.objects.exists()


def test_a_study_that_was_not_chosen_waits(act: Act, search: PriorSearch, edge: Actor, at: datetime) -> None:
    assert fetch(search, edge, at, earlier(act, body_parts=("KNEE",), modalities=("MR",))) == []
    store_instance(content=make_earlier(act), by=edge, at=at)
    assert not Prior.objects.exists()
    assert Reconciliation.objects.get().reason == Reconciliation.Reason.UNKNOWN_STUDY


def test_the_same_study_at_another_site_is_not_this_patients(
    act: Act, search: PriorSearch, edge: Actor, foreign_edge: Actor, at: datetime
) -> None:
    fetch(search, edge, at)
    store_instance(content=make_earlier(act), by=foreign_edge, at=at)
    assert not Prior.objects.exists()


def test_what_a_person_took_away_stays_away(
    act: Act, search: PriorSearch, edge: Actor, territory: Territory, at: datetime
) -> None:
    fetch(search, edge, at)
    store_instance(content=make_earlier(act), by=edge, at=at)
    withdraw_prior(prior=Prior.objects.get(), reason="Un homonyme", by=territory.technologist, at=at)
    store_instance(content=make_earlier(act), by=edge, at=at)
    assert not list_priors(act).exists()


def test_a_second_exam_of_the_patient_finds_what_came_for_the_first(
    act: Act, search: PriorSearch, edge: Actor, territory: Territory, at: datetime
) -> None:
    fetch(search, edge, at)
    store_instance(content=make_earlier(act), by=edge, at=at)
    second = scenes.validated(territory).act
    ask_for_priors(act=second, at=at)
    fetch(PriorSearch.objects.get(act=second), edge, at)
    assert [each.study.study_instance_uid for each in list_priors(second)] == [UID]


def test_an_earlier_exam_made_here_is_beside_the_next_and_not_fetched(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    today = f"{at:%Y%m%d}"
    store_instance(content=make_ct(act, BodyPartExamined="HEAD", StudyDate=today), by=edge, at=at)
    second = scenes.validated(territory).act
    ask_for_priors(act=second, at=at)
    assert [each.study.act for each in list_priors(second)] == [act]
    held = earlier(act, study_instance_uid=act.study_instance_uid, study_date=today)
    assert fetch(PriorSearch.objects.get(act=second), edge, at, held) == []


def test_an_ins_is_told_only_of_a_qualified_identity(act: Act) -> None:
    patient, issuer = act.patient, act.requesting_site.issuer
    PatientIdentifier.objects.create(patient=patient, issuer="AUTRE-SITE", value="Z9")
    local = patient.identifiers.get(issuer=issuer).value
    assert list_identifiers(patient, issuer=issuer) == [(local, issuer), (patient.ins, "ASIP-SANTE-INS-NIR")]
    patient.identity_status = Patient.IdentityStatus.VALIDATED
    assert list_identifiers(patient, issuer=issuer) == [(local, issuer)]
