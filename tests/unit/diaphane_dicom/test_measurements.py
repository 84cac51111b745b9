"""Measurements of structured reports (TID 1500), read as viewers write them."""

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_dicom.measurements import read_measurements, read_observer
from tests.reports_of_measures import make_group, make_report, name_item


def test_a_length_is_read_with_its_unit_its_label_and_its_image() -> None:
    report = make_report(make_group("1.2.3.4", value="12.5", label="Nodule", frame=3))
    [found] = read_measurements(report)
    assert (found.value, found.unit, found.meaning) == (12.5, "mm", "Length")
    assert (found.label, found.sop_instance_uid, found.frame) == ("Nodule", "1.2.3.4", 3)


def test_a_finding_without_a_number_is_kept_and_one_without_an_image_is_not() -> None:
    report = make_report(make_group("1.2.3.4", value="", label="Voir ici"), make_group("", value="3"))
    assert [(each.label, each.value) for each in read_measurements(report)] == [("Voir ici", None)]


def test_a_tool_that_names_itself_gives_no_label() -> None:
    report = make_report(make_group("1.2.3.4", tracking="Cornerstone3DTools@^0.1.0:Length"))
    assert [each.label for each in read_measurements(report)] == [""]


def test_a_value_that_is_no_number_is_no_measurement() -> None:
    report = make_report(make_group("1.2.3.4", value="12"))
    group = report.ContentSequence[0].ContentSequence[0]
    for item in group.ContentSequence:
        if item.ValueType == "NUM":
            del item.MeasuredValueSequence
    assert [each.value for each in read_measurements(report)] == [None]


def test_an_unknown_observer_is_nobody() -> None:
    report = make_report()
    observer = Dataset()
    name_item(observer, "PNAME", "121008", "Person Observer Name")
    observer.PersonName = "unknown^unknown"
    report.ContentSequence = Sequence([observer])
    assert read_observer(report) == ""
    observer.PersonName = "MARTIN^Anne"
    assert read_observer(report) == "MARTIN Anne"


def test_another_document_has_no_measurement() -> None:
    assert read_measurements(Dataset()) == []
