"""Which prior hangs beside an exam, and which of its series."""

from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.imaging.beside import is_comparable, pair_series, rank_priors
from diaphane.imaging.models import Prior, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import withdraw_prior
from diaphane.kernel.actors import Actor
from diaphane_dicom.identifiers import new_uid
from tests.images import make_ct
from tests.joins import put_beside
from tests.scenes import Territory

SAGITTAL = [0, 1, 0, 0, 0, -1]


@pytest.fixture
def put(act: Act, territory: Territory, edge: Actor, at: datetime) -> "Put":
    return Put(act, territory, edge, at)


class Put:
    """Store studies, and put them beside the exam."""

    def __init__(self, act: Act, territory: Territory, edge: Actor, at: datetime) -> None:
        self._act, self._territory, self._edge, self._at = act, territory, edge, at

    def series(self, act: Act | None = None, **elements: object) -> Study:
        study = store_instance(content=make_ct(act, **elements), by=self._edge, at=self._at).study
        assert study is not None
        return study

    def beside(self, study: Study) -> Prior:
        return put_beside(study, self._act, self._territory, at=self._at)


def test_an_exam_without_prior_has_nothing_beside(act: Act) -> None:
    assert rank_priors(act) == []


def test_a_prior_taken_away_or_without_images_is_not_listed(
    put: Put, act: Act, territory: Territory, at: datetime
) -> None:
    prior = put.beside(put.series())
    withdraw_prior(prior=prior, reason="Erreur", by=territory.technologist, at=at)
    assert rank_priors(act) == []


def test_the_same_region_comes_first_then_the_latest(put: Put, act: Act) -> None:
    knee = put.beside(put.series(StudyDate="20250101", BodyPartExamined="KNEE", StudyDescription="Genou"))
    old = put.beside(put.series(StudyDate="20200101", BodyPartExamined="HEAD"))
    late = put.beside(put.series(StudyDate="20240101", BodyPartExamined="HEAD"))
    assert rank_priors(act) == [late, old, knee]
    assert [is_comparable(each, act) for each in (late, knee)] == [True, False]


def test_the_series_of_the_same_plane_then_of_the_same_words_are_paired(put: Put, act: Act) -> None:
    uids = {name: new_uid() for name in ("bone", "soft", "old_sag", "old_bone", "old_soft")}
    put.series(act, SeriesInstanceUID=uids["soft"], SeriesDescription="Parenchyme", SeriesNumber=3)
    current = put.series(act, SeriesInstanceUID=uids["bone"], SeriesDescription="Os fin", SeriesNumber=4)
    shared = {"StudyInstanceUID": new_uid()}
    put.series(
        SeriesInstanceUID=uids["old_sag"],
        SeriesDescription="Os fin",
        ImageOrientationPatient=SAGITTAL,
        **shared,
    )
    prior = put.series(SeriesInstanceUID=uids["old_bone"], SeriesDescription="Os", **shared)
    pair = pair_series([current], prior)
    assert pair is not None
    assert (pair.current, pair.prior) == (uids["bone"], uids["old_bone"])


def test_a_localizer_is_compared_only_where_there_is_nothing_else(put: Put, act: Act) -> None:
    localizer = {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "SeriesDescription": "Repérage"}
    put.series(act, SeriesNumber=1, **localizer)
    slices = new_uid()
    current = put.series(act, SeriesInstanceUID=slices, SeriesNumber=2)
    prior = put.series(**localizer)
    pair = pair_series([current], prior)
    assert pair is not None
    only = pair.prior
    assert only == prior.series.get().series_instance_uid
