"""Dose reports: what each kind of device says, in our units; what is strange says nothing."""

import subprocess
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_files
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_demo.dose_report import write_dose_report
from diaphane_dicom.dose import Dose, DoseQuantity, Phantom, read_dose_report
from diaphane_dicom.part10 import READ_ERRORS
from tests.dose_objects import (
    BODY,
    CONSTANT_ANGLE,
    code,
    coded,
    container,
    ct_acquisition,
    ct_report,
    ct_total,
    document,
    number,
    text,
    uid,
)


def values(doses: list[Dose], quantity: DoseQuantity, *, is_total: bool = False) -> list[Decimal]:
    return [each.value for each in doses if each.quantity is quantity and each.is_total is is_total]


def test_a_ct_report_says_its_total_and_each_acquisition() -> None:
    read = read_dose_report(
        ct_report(
            ct_total("769.3"),
            ct_acquisition(protocol="Repérage", ctdi_vol=0.1, dlp=2.5, how=CONSTANT_ANGLE),
            ct_acquisition(protocol="Thorax", ctdi_vol=8, dlp=766.8, event="2.25.7", phantom=BODY),
        )
    )
    assert values(read, DoseQuantity.DLP, is_total=True) == [Decimal("769.3")]
    assert values(read, DoseQuantity.CTDI_VOL) == [Decimal("0.1"), Decimal("8")]
    scout, helix = (each for each in read if each.quantity is DoseQuantity.CTDI_VOL)
    assert scout.is_localizer
    assert not helix.is_localizer
    assert (helix.label, helix.event, helix.phantom) == ("Thorax", "2.25.7", Phantom.BODY)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("0.00002", "Gy.m2", "200"),
        ("2", "dGy.cm2", "200"),
        ("20", "uGy.m2", "200"),
        ("20", "cGy.cm2", "200"),
        ("200", "mGy.cm2", "200"),
    ],
)
def test_an_area_product_is_told_in_mgy_cm2_whatever_the_unit(value: str, unit: str, expected: str) -> None:
    event = container("113706", text("125203", "Thorax"), number("122130", value, unit))
    total = container("113702", number("113722", value, unit), number("113725", "0.0001", "Gy"))
    read = read_dose_report(document("113701", total, event))
    assert (
        values(read, DoseQuantity.DAP) == values(read, DoseQuantity.DAP, is_total=True) == [Decimal(expected)]
    )
    assert values(read, DoseQuantity.REFERENCE_POINT_DOSE, is_total=True) == [Decimal("0.1")]


def test_an_activity_is_told_in_mbq_with_its_product() -> None:
    given_ = container(
        "113502",
        coded("349358000", "35321007", "SCT"),
        number("113507", "0.25", "GBq"),
        uid("113503", "2.25.9"),
    )
    [read] = read_dose_report(document("113500", given_))
    assert (read.quantity, read.value) == (DoseQuantity.ADMINISTERED_ACTIVITY, Decimal("250"))
    assert read.agent == "meaning of 35321007"


@pytest.mark.parametrize(
    ("value", "unit"), [("12", "rad"), ("-3", "mGy.cm"), ("0", "mGy.cm"), ("NaN", "mGy.cm")]
)
def test_what_no_unit_or_no_number_tells_is_left_out(value: str, unit: str) -> None:
    total = container("113811", number("113813", value if value != "NaN" else "1", unit))
    if value == "NaN":
        total.ContentSequence[0].MeasuredValueSequence = Sequence([])
    assert read_dose_report(ct_report(total)) == []


def test_a_report_that_says_nothing_says_no_dose() -> None:
    assert read_dose_report(Dataset()) == []


@pytest.mark.filterwarnings("ignore")
def test_other_structured_reports_say_no_dose() -> None:
    paths = [path for name in ("*SR*", "*report*") for path in get_testdata_files(name)]
    assert paths
    for path in paths:
        assert read_dose_report(dcmread(path, force=True)) == []


_NAMES = st.sampled_from(
    ["113811", "113819", "113813", "113829", "113830", "113838", "113706", "122130", "x"]
)
_LEAVES = st.builds(
    number,
    _NAMES,
    st.one_of(st.floats(-1e9, 1e9), st.integers()),
    st.sampled_from(["mGy", "mGy.cm", "Gy.m2"]),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(lambda name, items: container(name, *items), _NAMES, st.lists(inner, max_size=4)),
)


@given(_TREES)
def test_any_tree_of_content_is_read_without_failing(tree: Dataset) -> None:
    for dose in read_dose_report(document("113701", tree)):
        assert dose.value > 0


def _encode(report: Dataset) -> bytes:
    stream = BytesIO()
    report.save_as(stream, implicit_vr=False, little_endian=True)
    return stream.getvalue()


REPORT = _encode(ct_report())


@pytest.mark.filterwarnings("ignore")
@given(at=st.integers(0, len(REPORT) - 1), noise=st.binary(min_size=1, max_size=40))
def test_a_damaged_report_fails_in_the_known_ways_only(at: int, noise: bytes) -> None:
    damaged = REPORT[:at] + noise + REPORT[at + len(noise) :]
    with suppress(*READ_ERRORS):
        for dose in read_dose_report(dcmread(BytesIO(damaged), force=True)):
            assert dose.value > 0


def test_dcmtk_reads_the_report_of_the_demo_and_so_do_we(tmp_path: Path) -> None:
    write_dose_report(tmp_path / "dose", tmp_path)
    path = tmp_path / "dose" / "0001.dcm"
    shown = subprocess.run(["dsrdump", str(path)], check=True, capture_output=True, text=True)
    assert "X-Ray Radiation Dose SR Document" in shown.stdout
    assert "769.3" in shown.stdout
    assert "error" not in shown.stderr.lower()
    read = read_dose_report(dcmread(path))
    assert values(read, DoseQuantity.DLP, is_total=True) == [Decimal("769.3")]
    assert code("113701")[0].CodeValue == dcmread(path).ConceptNameCodeSequence[0].CodeValue
