"""The dose of an exam: read from each source, proposed, confirmed by a person, contradicted, compared."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pydicom.dataset import Dataset

from diaphane.acquisition.checking import DOSE_JUSTIFIED, check_exam_images
from diaphane.acquisition.confirming import is_dose_to_record, propose_dose_fields
from diaphane.acquisition.dose_findings import compare_dose
from diaphane.acquisition.dose_models import DoseReading, ReferenceLevel
from diaphane.acquisition.dose_reading import read_doses
from diaphane.acquisition.doses import list_readings
from diaphane.acquisition.jobs import check_images_of
from diaphane.acquisition.level_files import BadLevelsError, list_national_levels, read_levels
from diaphane.acquisition.levels import list_site_levels, load_site_levels
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import finish_acquisition, record_dose_afterwards
from diaphane.acts.queries import list_open_duties
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.checked import QUIET
from diaphane.imaging.checks import Code
from diaphane.imaging.judging import answer_finding, list_findings
from diaphane.imaging.operations import store_instance
from diaphane.imaging.performed import PerformedProcedureStep
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.patients.models import Patient
from diaphane.requests.anatomy import Zone
from diaphane.requests.catalogue import CATALOGUE, CatalogueExam
from diaphane_dicom.identifiers import new_uid
from diaphane_dicom.part10 import to_dicom_json
from tests.dose_objects import (
    CONSTANT_ANGLE,
    ct_acquisition,
    ct_report,
    ct_total,
    make_dose_report,
)
from tests.images import make_ct
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .table import started

SITE_FILE = """
title = "Niveaux du site"
source = "Physicien médical, évaluation dosimétrique"
dated = 2026-03-12

[[level]]
label = "Tête"
exam_code = "CT-HEAD"
quantity = "DLP"
scope = "exam"
reference = 650
"""


@pytest.fixture
def exam(territory: Territory) -> Exam:
    """Return a head CT under way, with one image."""
    exam = started(territory)
    store_instance(content=make_ct(exam.act), by=make_edge(territory), at=now())
    return exam


def bring_report(territory: Territory, exam: Exam, report: Dataset | None = None, **elements: object) -> None:
    content = make_dose_report(exam.act, report, **elements)
    store_instance(content=content, by=make_edge(territory), at=now())
    read_doses(act=exam.act, at=now())


def finish(territory: Territory, exam: Exam, **facts: object) -> Exam:
    finished = finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    check_exam_images(act=exam.act, at=now() + QUIET)
    return finished


def codes(exam: Exam) -> set[str]:
    return set(list_findings(exam.act).values_list("code", flat=True))


def say_performed(territory: Territory, exam: Exam, **elements: object) -> None:
    """Tell the platform a performed step of the exam, with dose elements."""
    said = Dataset()
    for keyword, value in elements.items():
        setattr(said, keyword, value)
    PerformedProcedureStep.objects.create(
        site=territory.site,
        act=exam.act,
        sop_instance_uid=new_uid(),
        study_instance_uid=exam.act.study_instance_uid,
        state="COMPLETED",
        revision=1,
        announced=[],
        images=0,
        attributes=json.dumps(to_dicom_json(said)),
        received_at=now(),
        changed_at=now(),
    )
    read_doses(act=exam.act, at=now())


def test_the_dose_report_is_proposed_with_the_decimals_of_the_form(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam)
    assert propose_dose_fields(exam) == {"dlp": Decimal("766.8"), "ctdi_vol": Decimal("42.60")}
    assert Exam.objects.get(pk=exam.pk).dlp is None  # proposed, not confirmed
    assert Event.objects.filter(kind="exam.dose_read", act_id=exam.act_id).count() == 1


def test_reading_the_same_again_changes_and_says_nothing(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam)
    kept = set(DoseReading.objects.values_list("pk", flat=True))
    assert not read_doses(act=exam.act, at=now())
    assert set(DoseReading.objects.values_list("pk", flat=True)) == kept


def test_two_reports_of_the_same_acquisitions_are_not_added_up(territory: Territory, exam: Exam) -> None:
    scout = ct_acquisition(protocol="Repérage", dlp=2.5, ctdi_vol=99, how=CONSTANT_ANGLE, event="2.25.1")
    helix = ct_acquisition(dlp=700, event="2.25.2")
    bring_report(territory, exam, ct_report(ct_total("2.5"), scout))
    bring_report(territory, exam, ct_report(ct_total("702.5"), scout, helix))
    assert propose_dose_fields(exam) == {"dlp": Decimal("702.5"), "ctdi_vol": Decimal("42.60")}


def test_reports_that_may_overlap_and_do_not_say_so_propose_no_sum(territory: Territory, exam: Exam) -> None:
    for total in (300, 700):
        bring_report(territory, exam, ct_report(ct_total(total)))
    assert "dlp" not in propose_dose_fields(exam)


def test_headers_and_performed_steps_propose_when_no_report_does(territory: Territory, exam: Exam) -> None:
    image = make_ct(exam.act, number=2, CTDIvol=41.5, CommentsOnRadiationDose="PDL 740 mGy.cm")
    store_instance(content=image, by=make_edge(territory), at=now())
    read_doses(act=exam.act, at=now())
    assert propose_dose_fields(exam) == {"dlp": Decimal("740.0"), "ctdi_vol": Decimal("41.50")}
    say_performed(territory, exam, CommentsOnRadiationDose="DLP 745 mGy.cm")
    assert propose_dose_fields(exam)["dlp"] == Decimal("745.0")
    bring_report(territory, exam)
    assert propose_dose_fields(exam)["dlp"] == Decimal("766.8")


def test_a_damaged_report_is_kept_and_says_no_dose(territory: Territory, exam: Exam) -> None:
    report = ct_report(ct_total("12"))
    report.ContentSequence[0].ContentSequence[1].MeasuredValueSequence[0].NumericValue = ""
    bring_report(territory, exam, report)
    assert propose_dose_fields(exam) == {}


def test_what_the_device_said_is_confirmed_by_its_own_value(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam)
    finished = finish(territory, exam, dlp=Decimal("766.8"), ctdi_vol=Decimal("42.6"))
    assert Exam.objects.get(pk=finished.pk).dose_source == "report"
    assert Code.DOSE_DISAGREES not in codes(exam)


def test_a_value_typed_wrong_is_contradicted_then_corrected(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam)
    finished = finish(territory, exam, dlp=Decimal("76.7"))
    assert Exam.objects.get(pk=finished.pk).dose_source == "typed"
    assert Code.DOSE_DISAGREES in codes(exam)
    assert is_dose_to_record(Exam.objects.get(pk=exam.pk))
    record_dose_afterwards(
        exam=finished, facts={"dlp": Decimal("766.8")}, by=territory.technologist, at=now()
    )
    check_exam_images(act=exam.act, at=now() + QUIET)
    assert Code.DOSE_DISAGREES not in codes(exam)
    with pytest.raises(ConflictError):
        record_dose_afterwards(
            exam=finished, facts={"dlp": Decimal("1")}, by=territory.technologist, at=now()
        )


def test_a_report_that_comes_after_a_reason_may_still_be_confirmed(territory: Territory, exam: Exam) -> None:
    finished = finish(territory, exam, dose_missing_reason="L’appareil ne l’affiche pas")
    assert not is_dose_to_record(Exam.objects.get(pk=exam.pk))
    bring_report(territory, exam)
    assert is_dose_to_record(Exam.objects.get(pk=exam.pk))
    facts = {"dlp": Decimal("766.8"), "dose_missing_reason": ""}
    record_dose_afterwards(exam=finished, facts=facts, by=territory.technologist, at=now())
    assert Exam.objects.get(pk=exam.pk).dose_source == "report"


def test_another_patient_s_dose_report_is_not_read_for_this_exam(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam, None, PatientID="AUTRE", PatientName="AUTRE^ANNE")
    assert propose_dose_fields(exam) == {}


def test_the_job_of_the_checks_reads_the_dose(territory: Territory, exam: Exam) -> None:
    store_instance(content=make_dose_report(exam.act), by=make_edge(territory), at=now())
    check_images_of(act_id=str(exam.act_id))
    assert propose_dose_fields(exam)["dlp"] == Decimal("766.8")


def test_a_radiograph_owes_its_area_product(territory: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    radiograph = CatalogueExam("CT-HEAD", "Thorax", "DX", "Thorax", frozenset({Zone.CHEST}), 5)
    exam = started(territory)
    monkeypatch.setitem(CATALOGUE, "CT-HEAD", radiograph)
    for number, product in ((1, "1.5"), (2, "2.5")):
        image = make_ct(
            exam.act,
            number=number,
            Modality="DX",
            BodyPartExamined="CHEST",
            ViewPosition="PA",
            SeriesInstanceUID="2.25.88",
            ImageAndFluoroscopyAreaDoseProduct=product,
        )
        store_instance(content=image, by=make_edge(territory), at=now())
    read_doses(act=exam.act, at=now())
    assert propose_dose_fields(exam) == {"dap": Decimal("400.0")}
    [first, second] = compare_dose(exam, list_readings(exam))
    assert (first.level.label, first.value, first.is_above) == (
        "Thorax de face (postéro-antérieur)",
        Decimal("150"),
        False,
    )
    assert second.is_above
    assert second.level.dated == date(2019, 4, 18)
    Patient.objects.filter(pk=exam.act.patient_id).update(birth_date=date(2020, 1, 1))
    assert compare_dose(Exam.objects.get(pk=exam.pk), list_readings(exam)) == []


def test_a_dose_above_the_level_of_the_site_asks_for_a_reason_and_is_owed_one(
    territory: Territory, exam: Exam
) -> None:
    load_site_levels(structure=territory.site, levels=read_levels(SITE_FILE), by=SYSTEM, at=now())
    bring_report(territory, exam)
    finish(territory, exam, dlp=Decimal("766.8"), ctdi_vol=Decimal("42.6"))
    finding = list_findings(exam.act).get(code=Code.DOSE_ABOVE_LEVEL)
    assert finding.facts["reference"] == "650"
    assert "12/03/2026" in finding.facts["source"]
    assert list_open_duties(exam.act).filter(guard=DOSE_JUSTIFIED).exists()
    answer_finding(
        finding=finding, reason="Deux hélices : le patient a bougé", by=territory.technologist, at=now()
    )
    check_exam_images(act=exam.act, at=now() + QUIET)
    assert not list_open_duties(exam.act).filter(guard=DOSE_JUSTIFIED).exists()


def test_no_level_is_shipped_for_ct_so_that_none_is_exceeded(territory: Territory, exam: Exam) -> None:
    bring_report(territory, exam, ct_report(ct_total(9000), ct_acquisition(dlp=9000, ctdi_vol=900)))
    finish(territory, exam, dlp=Decimal("9000"))
    assert Code.DOSE_ABOVE_LEVEL not in codes(exam)
    assert not any(each.exam_code.startswith("CT") for each in list_national_levels())


def test_a_site_s_new_file_takes_the_place_of_the_one_before_which_stays_on_record(
    territory: Territory, tmp_path: Path
) -> None:
    path, said = tmp_path / "niveaux.toml", StringIO()
    path.write_text(SITE_FILE, encoding="utf-8")
    call_command("reference_levels", str(path), "--site", territory.site.finess, stdout=said)
    path.write_text(SITE_FILE.replace("650", "700"), encoding="utf-8")
    call_command("reference_levels", str(path), "--site", territory.site.finess, stdout=said)
    assert [each.reference for each in list_site_levels(territory.site.pk)] == [Decimal("700")]
    assert ReferenceLevel.objects.filter(structure=territory.site).count() == 2
    assert Entry.objects.filter(action="reference_levels.loaded").count() == 2
    assert "Tête [CT-HEAD] DLP 700" in said.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "level = 3",
        "=",
        SITE_FILE.replace("dated = 2026-03-12", ""),
        SITE_FILE.replace("dated = 2026-03-12", 'dated = "mars"'),
        SITE_FILE.replace('"DLP"', '"PDL"'),
        SITE_FILE.replace("650", "-1"),
        SITE_FILE.replace("650", "nan"),
        SITE_FILE.replace("reference", "value"),
        SITE_FILE.replace('scope = "exam"', 'scope = "always"'),
    ],
)
def test_a_file_that_is_not_dated_sourced_or_sound_is_refused_whole(
    territory: Territory, tmp_path: Path, text: str
) -> None:
    with pytest.raises(BadLevelsError):
        read_levels(text)
    path = tmp_path / "niveaux.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("reference_levels", str(path), "--site", territory.site.finess)
    assert not ReferenceLevel.objects.exists()


def test_the_national_levels_are_the_eleven_of_the_decision() -> None:
    levels = list_national_levels()
    assert len(levels) == 11
    names = [name for each in levels for name in each.names]
    assert len(names) == len(set(names))
    assert all(each.guide is not None and each.guide < each.reference for each in levels)
