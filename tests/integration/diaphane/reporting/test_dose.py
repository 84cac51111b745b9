"""The dose in the signed report: confirmed, its acquisitions, its source, what exceeds a level (R93)."""

from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from diaphane.acquisition.checking import check_exam_images
from diaphane.acquisition.dose_reading import read_doses
from diaphane.acquisition.level_files import read_levels
from diaphane.acquisition.levels import load_site_levels
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import finish_acquisition
from diaphane.acquisition.quality import accept_images, begin_check
from diaphane.imaging.checked import QUIET
from diaphane.imaging.checks import Code
from diaphane.imaging.judging import answer_finding, list_findings
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report, save_draft, sign_report
from diaphane.reporting.queries import find_report, read_pdf
from tests.dose_objects import CONSTANT_ANGLE, ct_acquisition, ct_report, ct_total, make_dose_report
from tests.images import make_ct
from tests.integration.diaphane.acquisition.test_doses import SITE_FILE
from tests.reading_scenes import COMPLETE_REPORT, RESULTS, fresh_code, in_progress, make_edge
from tests.scenes import Territory


def _finish(territory: Territory, **facts: object) -> Exam:
    exam, edge = in_progress(territory), make_edge(territory)
    store_instance(content=make_ct(exam.act), by=edge, at=now())
    report = ct_report(
        ct_total("769.3"),
        ct_acquisition(protocol="Repérage", ctdi_vol=0.1, dlp=2.5, how=CONSTANT_ANGLE),
        ct_acquisition(protocol="Crâne sans injection"),
    )
    store_instance(content=make_dose_report(exam.act, report), by=edge, at=now())
    read_doses(act=exam.act, at=now())
    finished = finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    check_exam_images(act=exam.act, at=now() + QUIET)
    return finished


def _sign(territory: Territory, exam: Exam) -> str:
    """Sign the report of an exam, and return what its document says, spaces made plain."""
    checking = begin_check(exam=exam, by=territory.imageur, at=now())
    accept_images(exam=checking, by=territory.imageur, at=now())
    draft = open_report(act=exam.act, by=territory.imageur, at=now())
    save_draft(report=draft, values=COMPLETE_REPORT, results=RESULTS, by=territory.imageur, at=now())
    found = find_report(exam.act)
    assert isinstance(found, Report)
    signed = sign_report(report=found, code=fresh_code(territory.imageur), by=territory.imageur, at=now())
    pages = PdfReader(BytesIO(read_pdf(signed))).pages
    return " ".join("".join(page.extract_text() for page in pages).split())


def test_a_confirmed_dose_report_prints_its_acquisitions_and_its_total(territory: Territory) -> None:
    exam = _finish(territory, dlp=Decimal("769.3"), ctdi_vol=Decimal("42.6"))
    said = _sign(territory, exam)
    assert "42,6 mGy (Crâne sans injection, fantôme tête 16 cm)" in said
    assert "766,8 mGy·cm (Crâne sans injection)" in said
    assert "769,3 mGy·cm (total de l’examen)" in said
    assert f"rapport de dose de l’appareil, confirmé par {territory.technologist.label}" in said
    assert "Repérage" not in said


def test_a_typed_dose_prints_alone_with_what_the_device_says_against_it(territory: Territory) -> None:
    exam = _finish(territory, dlp=Decimal("700"))
    said = _sign(territory, exam)
    assert "700 mGy·cm" in said
    assert "766,8" not in said
    assert f"relevé par {territory.technologist.label}" in said
    assert "769,3 mGy·cm (rapport de dose de l’appareil)" in said
    assert "Motif : non renseigné" in said


def test_a_dose_above_its_level_prints_the_level_its_date_and_the_reason(territory: Territory) -> None:
    load_site_levels(structure=territory.site, levels=read_levels(SITE_FILE), by=SYSTEM, at=now())
    exam = _finish(territory, dlp=Decimal("769.3"), ctdi_vol=Decimal("42.6"))
    finding = list_findings(exam.act).get(code=Code.DOSE_ABOVE_LEVEL)
    answer_finding(finding=finding, reason="Mouvements, hélice refaite", by=territory.technologist, at=now())
    said = _sign(territory, exam)
    assert "au-dessus du niveau de référence de 650 mGy·cm" in said
    assert "12/03/2026" in said
    assert "Motif : Mouvements, hélice refaite" in said


def test_a_dose_that_is_not_known_says_why(territory: Territory) -> None:
    exam = _finish(territory, dose_missing_reason="Console en panne")
    Exam.objects.filter(pk=exam.pk).update(dlp=None)
    assert "Dose non connue : Console en panne" in _sign(territory, exam)
