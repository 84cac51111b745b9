"""Worklist matching, case by case (PS3.4 §C.2.2.2)."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_edge.matching import has_unsupported_keys, is_match, list_answers


def entity(**elements: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def with_step(step: Dataset, **elements: object) -> Dataset:
    return entity(ScheduledProcedureStepSequence=Sequence([step]), **elements)


@pytest.mark.parametrize(
    ("keyword", "wanted", "held", "matches"),
    [
        ("PatientID", "", "P1", True),
        ("PatientID", "P1", "P1", True),
        ("PatientID", "p1", "P1", False),
        ("PatientID", "P*", "P1", True),
        ("PatientID", "*1", "P1", True),
        ("PatientID", "P?", "P12", False),
        ("PatientID", "P.", "P1", False),
        ("PatientID", "*", "", True),
        ("PatientID", "P1", "", False),
        ("PatientName", "dupond^jean", "DUPOND^JEAN^^^", True),
        ("PatientName", "helene*", "Hélène^B", True),
        ("PatientName", "HÉLÈNE^B", "helene^b", True),
        ("PatientName", "YAMADA*", "ヤマダ^タロウ=YAMADA^TARO", True),
        ("PatientName", "DUPONT", "DUPOND", False),
        ("StudyInstanceUID", "1.2*", "1.2.3", False),
        ("StudyInstanceUID", ["1.2.4", "1.2.3"], "1.2.3", True),
        ("PatientBirthDate", "19700101", "19700101", True),
        ("PatientBirthDate", "1970*", "19700101", False),
        ("PatientBirthDate", "19700101-19701231", "19700615", True),
        ("PatientBirthDate", "19700101-19701231", "19710101", False),
        ("PatientBirthDate", "-19701231", "19700615", True),
        ("PatientBirthDate", "19710101-", "19700615", False),
        ("ScheduledProcedureStepStartTime", "0900-1000", "100059", True),
        ("ScheduledProcedureStepStartTime", "0900-1000", "1001", False),
        ("ScheduledProcedureStepStartTime", "090000", "0900", True),
        ("ScheduledProcedureStepStartTime", "-0900", "085959.999", True),
        ("InstitutionName", "elsewhere", "here", True),
    ],
)
def test_one_key_matches_as_the_standard_says(keyword: str, wanted: object, held: str, matches: bool) -> None:
    assert is_match(entity(**{keyword: held}), entity(**{keyword: wanted})) is matches


@pytest.mark.parametrize(
    ("dates", "times", "matches"),
    [
        ("20260705-20260707", "1000-1800", True),
        ("20260706-20260707", "1000-1800", False),
        ("20260706-20260706", "0300-0500", True),
        ("20260706-20260706", "0500-0600", False),
        ("20260707-", "0000-", False),
        ("-20260706", "2200-0500", True),
        ("-20260706", "-0300", False),
        ("20260706", "0500-0600", False),
    ],
)
def test_ranges_of_date_and_time_are_one_period(dates: str, times: str, matches: bool) -> None:
    step = entity(ScheduledProcedureStepStartDate="20260706", ScheduledProcedureStepStartTime="0400")
    key = entity(ScheduledProcedureStepStartDate=dates, ScheduledProcedureStepStartTime=times)
    assert is_match(with_step(step), with_step(key)) is matches


def test_a_period_does_not_hide_the_other_keys_of_the_step() -> None:
    start = {"ScheduledProcedureStepStartDate": "20260706", "ScheduledProcedureStepStartTime": "0400"}
    asked = {"ScheduledProcedureStepStartDate": "20260701-", "ScheduledProcedureStepStartTime": "0000-"}
    assert not is_match(entity(Modality="CT", **start), entity(Modality="MR", **asked))


def test_all_keys_must_match_the_same_step() -> None:
    steps = [
        entity(Modality="CT", ScheduledStationAETitle="A"),
        entity(Modality="MR", ScheduledStationAETitle="B"),
    ]
    item = entity(PatientID="P1", ScheduledProcedureStepSequence=Sequence(steps))
    crossed = with_step(entity(Modality="CT", ScheduledStationAETitle="B"))
    assert list(list_answers([item], crossed)) == []
    [answer] = list_answers([item], with_step(entity(Modality="MR"), PatientID=""))
    assert answer.ScheduledProcedureStepSequence[0].Modality == "MR"
    assert len(answer.ScheduledProcedureStepSequence) == 1


def test_an_empty_sequence_asks_for_the_whole_step() -> None:
    item = with_step(entity(Modality="CT", ScheduledProcedureStepID="S1"))
    [answer] = list_answers([item], entity(ScheduledProcedureStepSequence=Sequence([])))
    assert answer.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID == "S1"


def test_what_is_unknown_comes_back_empty_and_nothing_else_comes_back() -> None:
    item = with_step(entity(Modality="CT"), PatientID="P1", PatientName="A^B")
    [answer] = list_answers([item], entity(PatientID="", InstitutionName="", PatientWeight=None))
    assert answer.PatientID == "P1"
    assert answer["InstitutionName"].is_empty
    assert answer["PatientWeight"].is_empty
    assert "PatientName" not in answer
    assert "SpecificCharacterSet" not in answer


@pytest.mark.parametrize(
    ("asked", "name", "answered"),
    [
        ("", "MARTIN^PAUL", None),
        ("", "LÉVÊQUE^ÉLOÏSE", "ISO_IR 192"),
        ("ISO_IR 100", "LÉVÊQUE^ÉLOÏSE", "ISO_IR 100"),
        ("ISO_IR 100", "ŁUCZAK^ZOË", "ISO_IR 192"),
        ("ISO_IR 192", "MARTIN^PAUL", "ISO_IR 192"),
        ("ISO 2022 IR 87", "LÉVÊQUE^ÉLOÏSE", "ISO_IR 192"),
    ],
)
def test_the_answer_is_in_the_senders_character_set_when_it_can(
    asked: str, name: str, answered: str | None
) -> None:
    query = entity(PatientName="", **({"SpecificCharacterSet": asked} if asked else {}))
    [answer] = list_answers([with_step(Dataset(), PatientName=name)], query)
    assert answer.get("SpecificCharacterSet") == answered


def test_a_value_under_another_key_is_announced_as_unsupported() -> None:
    assert not has_unsupported_keys(with_step(entity(Modality="CT"), PatientName="A*", InstitutionName=""))
    assert has_unsupported_keys(with_step(entity(Modality="CT", CommentsOnTheScheduledProcedureStep="x")))
