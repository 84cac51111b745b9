"""A report is signed once, whole, by its author, with a fresh second factor."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from pypdf import PdfReader

from diaphane.accounts.operations import confirm_second_factor
from diaphane.acquisition.models import Exam
from diaphane.acts.models import Duty, LedgerEntry
from diaphane.audit.models import Entry
from diaphane.imaging.models import Study
from diaphane.imaging.quarantining import lift_quarantine, quarantine_study
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import ConflictError, DiaphaneError, GuardError, NotAllowedError
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.operations import open_report, save_draft, sign_report, take_over_report
from diaphane.reporting.queries import DamagedDocumentError, find_report, get_report, read_pdf
from diaphane.reporting.storage import open_storage
from tests.factories import make_actor, put_out_of_order
from tests.reading_scenes import COMPLETE_REPORT, RESULTS, accepted, acquired, drafted, fresh_code, signed
from tests.scenes import Territory, make_territory


def _requirements(error: GuardError) -> set[str]:
    return {each.requirement for each in error.missing}


def test_a_wrong_code_refuses_the_signature_and_is_traced(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code="000000", by=territory.imageur, at=at)
    assert _requirements(refused.value) == {"R39"}
    assert find_report(report.act).state == ReportState.DRAFT
    assert Entry.objects.filter(action="second_factor.refused", actor_id=territory.imageur.id).exists()


def test_a_text_that_cannot_be_signed_yet_does_not_burn_the_code(territory: Territory, at: datetime) -> None:
    report = drafted(territory, conclusion="")
    code = fresh_code(territory.imageur)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=code, by=territory.imageur, at=at)
    assert _requirements(refused.value) == {"R91"}
    save_draft(report=report, values=COMPLETE_REPORT, results=RESULTS, by=territory.imageur, at=at)
    assert sign_report(report=report, code=code, by=territory.imageur, at=at).state == "final"


def test_nothing_is_signed_on_images_in_quarantine(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    study = Study.objects.get(act=report.act)
    doubt = quarantine_study(study=study, reason="Autre morphologie", by=territory.technologist, at=at)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert _requirements(refused.value) == {"R40"}
    assert "quarantaine" in str(refused.value.missing[0].what)
    assert "radiologue" in str(refused.value.missing[0].who)
    assert find_report(report.act).state == ReportState.DRAFT
    lift_quarantine(quarantine=doubt, reason="Bracelet relu", by=territory.imageur, at=at)
    sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert find_report(report.act).state == ReportState.FINAL


def test_a_code_serves_once(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    code = fresh_code(territory.imageur)
    confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=at)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=code, by=territory.imageur, at=at)
    assert _requirements(refused.value) == {"R39"}


@pytest.mark.parametrize(
    ("field", "requirement"),
    [
        ("conclusion", "R91"),
        ("next_step", "R98"),
        ("criticality", "R91"),
        ("announcement", "R90"),
        ("patient_searched", "R100"),
        ("patient_found", "R100"),
        ("patient_next", "R100"),
    ],
)
def test_an_empty_field_blocks_under_its_requirement(
    territory: Territory, at: datetime, field: str, requirement: str
) -> None:
    report = drafted(territory, **{field: ""})
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert requirement in _requirements(refused.value)
    assert find_report(report.act).state == ReportState.DRAFT


def test_empty_results_block_under_r91(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    save_draft(report=report, values={}, results={"Os et scalp": "  "}, by=territory.imageur, at=at)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert {each.field for each in refused.value.missing} == {"results"}


def test_a_missing_dose_blocks_under_r93(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    Exam.objects.filter(act=report.act).update(dlp=None, dose_missing_reason="")
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert _requirements(refused.value) == {"R93"}


@pytest.mark.parametrize("criticality", ["1", "2"])
def test_a_critical_result_is_told_and_read_back_before_the_signature(
    territory: Territory, at: datetime, criticality: str
) -> None:
    report = drafted(territory, criticality=criticality)
    told = {
        "communicated_to": "Dr Verdier",
        "communicated_function": "Médecin de garde aux urgences",
        "communicated_at": at,
    }
    with pytest.raises(GuardError):
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    save_draft(report=report, values=told, results=RESULTS, by=territory.imageur, at=at)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert [each.field for each in refused.value.missing] == ["communicated_read_back"]
    save_draft(
        report=report, values={"communicated_read_back": True}, results=RESULTS, by=territory.imageur, at=at
    )
    signed_one = sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert signed_one.state == ReportState.FINAL


@pytest.mark.parametrize(("kind", "requirement"), [("insurance", "R20"), ("registration", "R18")])
def test_a_professional_not_in_order_does_not_sign(
    territory: Territory, at: datetime, kind: str, requirement: str
) -> None:
    report = drafted(territory)
    put_out_of_order(territory.imageur, kind)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    assert _requirements(refused.value) == {requirement}


def test_a_colleague_neither_writes_nor_signs_somebody_elses_draft(
    territory: Territory, at: datetime
) -> None:
    report = drafted(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(ConflictError):
        open_report(act=report.act, by=colleague, at=at)
    with pytest.raises(ConflictError):
        save_draft(report=report, values={"conclusion": "x"}, results={}, by=colleague, at=at)
    with pytest.raises(GuardError) as refused:
        sign_report(report=report, code=fresh_code(colleague), by=colleague, at=at)
    assert _requirements(refused.value) == {"R92"}


def test_the_demandeur_does_not_sign(territory: Territory, at: datetime) -> None:
    report = drafted(territory)
    with pytest.raises(NotAllowedError):
        sign_report(report=report, code=fresh_code(territory.requester), by=territory.requester, at=at)


def test_images_not_accepted_yet_cannot_be_reported(territory: Territory, at: datetime) -> None:
    exam = acquired(territory)
    with pytest.raises(ConflictError):
        open_report(act=exam.act, by=territory.imageur, at=at)
    assert not Report.objects.exists()


def test_opening_twice_gives_the_same_draft_back(territory: Territory, at: datetime) -> None:
    act = accepted(territory).act
    first = open_report(act=act, by=territory.imageur, at=at)
    assert open_report(act=act, by=territory.imageur, at=at).pk == first.pk


def test_a_signed_report_holds_its_document_its_ledger_and_what_is_owed(territory: Territory) -> None:
    report = signed(territory)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(read_pdf(report))).pages)
    for printed in (report.act.accession_number, "760,5", "Scanner de test", territory.imageur.label):
        assert printed in text
    ledger = set(LedgerEntry.objects.filter(act=report.act).values_list("requirement", flat=True))
    assert {"R39", "R90", "R91", "R92", "R93", "R98", "R100"} <= ledger
    assert Duty.objects.get(act=report.act, guard="report.patient_told").state == Duty.State.OPEN
    assert Exam.objects.get(act=report.act).state == "reported"


def test_a_signed_text_cannot_be_written_any_more(territory: Territory, at: datetime) -> None:
    report = signed(territory)
    with pytest.raises(ConflictError):
        save_draft(report=report, values={"conclusion": "x"}, results={}, by=territory.imageur, at=at)


def test_another_site_does_not_find_the_report(territory: Territory) -> None:
    report = signed(territory)
    with pytest.raises(Report.DoesNotExist):
        get_report(report.act_id, actor=territory.outsider)


def test_the_patient_does_not_find_the_report_before_being_told(territory: Territory) -> None:
    from tests.factories import make_patient_actor

    report = signed(territory)
    with pytest.raises(Report.DoesNotExist):
        get_report(report.act_id, actor=make_patient_actor(territory.patient))


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_make_one_signed_report(at: datetime) -> None:
    territory = make_territory()
    report = drafted(territory)
    code = fresh_code(territory.imageur)
    together, results = Barrier(2), []

    def sign() -> None:
        together.wait()
        try:
            sign_report(report=report, code=code, by=territory.imageur, at=at)
            results.append("signed")
        except DiaphaneError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=sign) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("signed") == 1
    assert Entry.objects.filter(action="report.sign").count() == 1


def test_a_document_changed_in_the_store_is_not_served_as_signed(territory: Territory) -> None:
    report = signed(territory)
    Path(open_storage().path(report.pdf_key)).write_bytes(b"%PDF-1.7 something else")
    with pytest.raises(DamagedDocumentError):
        read_pdf(report)


def test_a_colleague_takes_a_draft_over_with_a_reason_and_signs_it(
    territory: Territory, at: datetime
) -> None:
    report = drafted(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(GuardError):
        take_over_report(report=report, reason=" ", by=colleague, at=at)
    take_over_report(report=report, reason="Relève de 8 heures", by=colleague, at=at)
    with pytest.raises(ConflictError):
        save_draft(report=report, values={"conclusion": "x"}, results={}, by=territory.imageur, at=at)
    code = fresh_code(colleague)
    signed_one = sign_report(report=find_report(report.act), code=code, by=colleague, at=at)
    assert signed_one.author_label == colleague.label


def test_neither_the_demandeur_nor_anyone_after_the_signature_takes_a_report_over(
    territory: Territory, at: datetime
) -> None:
    report = drafted(territory)
    with pytest.raises(NotAllowedError):
        take_over_report(report=report, reason="x", by=territory.requester, at=at)
    sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(ConflictError):
        take_over_report(report=report, reason="x", by=colleague, at=at)


def test_a_second_window_does_not_overwrite_what_the_first_has_kept(
    territory: Territory, at: datetime
) -> None:
    report = drafted(territory)
    by, seen = territory.imageur, report.saved_at
    later = at + timedelta(seconds=5)
    save_draft(report=report, values={"conclusion": "A"}, results={}, by=by, at=later, seen=seen)
    with pytest.raises(ConflictError):
        save_draft(report=report, values={"conclusion": "B"}, results={}, by=by, at=later, seen=seen)
    assert find_report(report.act).conclusion == "A"
    save_draft(report=report, values={"conclusion": "C"}, results={}, by=by, at=later, seen=later)
    assert find_report(report.act).conclusion == "C"
