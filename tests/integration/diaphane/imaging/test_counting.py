"""What searches answer of a study follows its objects, in the same transaction."""

from datetime import datetime

from diaphane.acts.models import Act
from diaphane.imaging.models import Series, Study
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from tests.images import make_ct
from tests.joins import join
from tests.scenes import Territory


def counts_of(act: Act) -> tuple[int, int, list[str]]:
    study = Study.objects.get(act=act)
    return study.number_of_series, study.number_of_instances, study.modalities


def test_counts_follow_what_comes(act: Act, edge: Actor, at: datetime) -> None:
    for number, (series, modality) in enumerate(
        (("1.2.1", "CT"), ("1.2.1", "CT"), ("1.2.2", "SR"), ("1.2.3", ""))
    ):
        content = make_ct(act, number=number, Modality=modality, SeriesInstanceUID=series)
        for _again in range(2):
            store_instance(content=content, by=edge, at=at)
    assert counts_of(act) == (3, 4, ["CT", "SR"])
    by_series = Series.objects.order_by("series_instance_uid").values_list("number_of_instances", flat=True)
    assert list(by_series) == [2, 1, 1]


def test_counts_follow_what_is_attached(act: Act, edge: Actor, territory: Territory, at: datetime) -> None:
    store_instance(content=make_ct(act, SeriesInstanceUID="1.2.1"), by=edge, at=at)
    for number, series in ((2, "1.2.1"), (3, "1.2.2")):
        other = make_ct(act, number=number, SeriesInstanceUID=series, PatientID="AUTRE", Modality="MR")
        receipt = store_instance(content=other, by=edge, at=at)
    assert counts_of(act) == (1, 1, ["CT"])
    assert receipt.study is not None
    join(receipt.study, act, territory, at=at, reason="Le sien")
    assert counts_of(act) == (2, 3, ["CT", "MR"])


def test_absurdly_long_values_are_stored_all_the_same(act: Act, edge: Actor, at: datetime) -> None:
    absurd = "".join(chr(0x10300 + number % 700) for number in range(3000))
    values = dict.fromkeys(("PatientName", "AccessionNumber", "PatientID", "StudyDescription"), absurd)
    receipt = store_instance(content=make_ct(None, **values), by=edge, at=at)
    assert receipt.is_held
