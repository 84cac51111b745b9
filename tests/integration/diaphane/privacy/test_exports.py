"""A copy of a person's data: asked, prepared, taken, erased; complete, and valid FHIR (R38)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from fhir.resources.R4B.bundle import Bundle

from diaphane.audit.models import Entry
from diaphane.audit.operations import Subject, record_view
from diaphane.consents.objecting import object_to
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.allowing import grant_matter
from diaphane.patients.models import Correction, Patient, RelatedPerson
from diaphane.patients.relating import Bond, add_relationship
from diaphane.privacy.export_queries import get_export, list_exports
from diaphane.privacy.exporting import (
    ask_for_export,
    ask_for_own_export,
    end_exports,
    make_export,
    open_export,
)
from diaphane.privacy.models import DataExport
from diaphane.reporting.operations import record_patient_told
from diaphane.reporting.queries import DamagedDocumentError
from tests import reading_scenes
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.scenes import Territory, draft

Jobs = Callable[[], int]
ASKED = "La patiente, à l’accueil, carte d’identité vue"


def read(export: DataExport, by: object, at: datetime) -> dict[str, bytes]:
    export.refresh_from_db()
    with open_export(export=export, by=by, at=at) as file, ZipFile(BytesIO(file.read())) as archive:  # type: ignore[arg-type]
        return {name: archive.read(name) for name in archive.namelist()}


def types_of(files: dict[str, bytes]) -> list[str]:
    bundle = json.loads(files["donnees-fhir.json"])
    return [each["resource"]["resourceType"] for each in bundle["entry"]]


def test_only_a_patient_asks_for_their_own(territory: Territory, at: datetime) -> None:
    for actor in (territory.requester, make_actor(Role.DPO, territory.site)):
        with pytest.raises(NotAllowedError):
            ask_for_own_export(by=actor, at=at)
    assert not DataExport.objects.exists()


def test_another_role_or_another_site_hands_no_copy(territory: Territory, at: datetime) -> None:
    patient_id = territory.patient.pk
    for actor in (territory.imageur, territory.technologist, make_actor(Role.DPO, territory.site)):
        with pytest.raises(NotAllowedError):
            ask_for_export(patient_id=patient_id, reason=ASKED, by=actor, at=at)
    with pytest.raises(Patient.DoesNotExist):
        ask_for_export(patient_id=patient_id, reason=ASKED, by=territory.outsider, at=at)
    with pytest.raises(GuardError):
        ask_for_export(patient_id=patient_id, reason=" ", by=territory.requester, at=at)
    assert not DataExport.objects.exists()


def test_a_copy_is_somebody_s_alone(territory: Territory, at: datetime, run_jobs: Jobs) -> None:
    me = make_patient_actor(territory.patient)
    mine = ask_for_own_export(by=me, at=at)
    theirs = ask_for_export(patient_id=territory.patient.pk, reason=ASKED, by=territory.requester, at=at)
    stranger = make_patient_actor(PatientFactory())
    for actor in (stranger, territory.outsider, territory.imageur, make_actor(Role.DPO, territory.site)):
        for export in (mine, theirs):
            with pytest.raises(DataExport.DoesNotExist):
                get_export(export.pk, actor=actor)
    assert list(list_exports(me, patient_id=territory.patient.pk)) == [mine]
    assert list(list_exports(territory.requester, patient_id=territory.patient.pk)) == [theirs]


def test_a_patient_s_copy_holds_the_result_once_it_was_told(
    territory: Territory, at: datetime, run_jobs: Jobs
) -> None:
    report = reading_scenes.signed(territory)
    me = make_patient_actor(territory.patient)
    first = ask_for_own_export(by=me, at=at)
    run_jobs()
    untold = read(first, me, at)
    assert "DiagnosticReport" not in types_of(untold)
    assert report.conclusion not in "".join(map(bytes.decode, untold.values()))
    assert "un médecin vous l’annonce d’abord" in untold["mes-donnees.html"].decode()

    record_patient_told(report=report, how="in_person", companion="", by=territory.requester, at=at)
    second = ask_for_own_export(by=me, at=at)
    run_jobs()
    told = read(second, me, at)
    assert report.conclusion in told["mes-donnees.html"].decode()
    documents = [name for name in told if name.endswith(".pdf")]
    assert len(documents) == 1
    assert told[documents[0]].startswith(b"%PDF")
    held = set(types_of(told))
    assert held >= {"Patient", "ServiceRequest", "Consent", "Procedure", "ImagingStudy", "DiagnosticReport"}


def test_a_copy_holds_objections_corrections_and_looks_outside_exams(
    territory: Territory, at: datetime, run_jobs: Jobs
) -> None:
    patient = make_patient_actor(territory.patient)
    object_to(patient_id=territory.patient.pk, kind="treating", reason="", by=patient, at=at)
    Correction.objects.create(
        patient=territory.patient,
        before={"used_name": "Autrefois"},
        after={"used_name": "Aujourd’hui"},
        reason="Mariage",
        corrected_at=at,
        corrected_by_id=territory.requester.id,
        corrected_by_label=territory.requester.label,
    )
    subject = Subject("patient", territory.patient.pk, patient_id=territory.patient.pk)
    record_view("identity", by=territory.technologist, at=at, subject=subject)
    export = ask_for_own_export(by=patient, at=at)
    run_jobs()
    page = read(export, patient, at)["mes-donnees.html"].decode()
    for expected in ("envoyé à mon médecin traitant", "Autrefois", "Mariage", territory.technologist.label):
        assert expected in page


def test_a_copy_holds_the_safety_answers_and_who_stands_beside_the_patient(
    territory: Territory, at: datetime, run_jobs: Jobs
) -> None:
    draft(territory, at=at, answers={"metal_in_eye": "yes", "egfr": "85", "route": "intravenous"})
    carer = RelatedPerson(
        birth_name="Ivol", first_names="Élise", language="portugais", email="e@ivol.example"
    )
    relationship = add_relationship(
        patient_id=territory.patient.pk,
        person=carer,
        bond=Bond("carer"),
        is_distinct=False,
        by=territory.technologist,
        at=at,
    )
    me = make_patient_actor(territory.patient)
    grant_matter(relationship_id=relationship.pk, matter="told", by=me, at=at)
    export = ask_for_own_export(by=me, at=at)
    run_jobs()
    files = read(export, me, at)
    page = files["mes-donnees.html"].decode()
    for expected in ("IVOL Élise, aidant", "Apprendre le résultat", "Questions de sécurité", "85 mL/min"):
        assert expected in page
    bundle = json.loads(files["donnees-fhir.json"])
    Bundle.model_validate(bundle)
    held = {each["resource"]["resourceType"]: each["resource"] for each in bundle["entry"]}
    assert held["RelatedPerson"]["name"][0]["family"] == "Ivol"
    answered = {each["linkId"]: each["answer"] for each in held["QuestionnaireResponse"]["item"]}
    assert set(answered) == {"metal_in_eye", "egfr", "route"}


def test_the_bundle_is_valid_and_points_at_nothing_outside(
    territory: Territory, at: datetime, run_jobs: Jobs
) -> None:
    report = reading_scenes.signed(territory)
    record_patient_told(report=report, how="in_person", companion="", by=territory.requester, at=at)
    export = ask_for_export(patient_id=territory.patient.pk, reason=ASKED, by=territory.requester, at=at)
    run_jobs()
    files = read(export, territory.requester, at)
    bundle = json.loads(files["donnees-fhir.json"])
    Bundle.model_validate(bundle)
    inside = {each["fullUrl"] for each in bundle["entry"]}
    assert len(inside) == len(bundle["entry"])
    named = [each for each in str(bundle).split("'") if each.startswith("urn:uuid:")]
    references = {each["reference"] for each in iter_references(bundle)}
    assert references
    assert references <= inside
    assert named


def iter_references(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        own = [value] if "reference" in value else []
        return own + [found for each in value.values() for found in iter_references(each)]
    return [found for each in value for found in iter_references(each)] if isinstance(value, list) else []


def test_each_step_is_in_the_trail(territory: Territory, at: datetime, run_jobs: Jobs) -> None:
    me = make_patient_actor(territory.patient)
    export = ask_for_own_export(by=me, at=at)
    assert ask_for_own_export(by=me, at=at) == export  # one that is on its way is the answer
    run_jobs()
    read(export, me, at)
    found = Entry.objects.filter(subject_id=export.pk).order_by("id")
    assert [each.action for each in found] == [
        "privacy.export_asked",
        "privacy.export_ready",
        "exported.data",
    ]
    assert {each.patient_id for each in found} == {territory.patient.pk}


def test_the_file_is_erased_after_its_days(territory: Territory, at: datetime, run_jobs: Jobs) -> None:
    me = make_patient_actor(territory.patient)
    export = ask_for_own_export(by=me, at=at)
    with pytest.raises(ConflictError):
        open_export(export=export, by=me, at=at)
    run_jobs()
    export.refresh_from_db()
    assert export.expires_at is not None
    assert end_exports(at=export.expires_at - timedelta(seconds=1)) == 0
    assert end_exports(at=export.expires_at) == 1
    export.refresh_from_db()
    assert export.status == DataExport.Status.GONE
    with pytest.raises(ConflictError):
        open_export(export=export, by=me, at=at)


def test_a_damaged_document_stops_the_copy_and_shows(
    territory: Territory, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_scenes.signed(territory)
    export = ask_for_export(patient_id=territory.patient.pk, reason=ASKED, by=territory.requester, at=at)

    def refuse(_report: object) -> bytes:
        raise DamagedDocumentError("")

    monkeypatch.setattr("diaphane.privacy.handing.file.read_pdf", refuse)
    with pytest.raises(DamagedDocumentError):
        make_export(export_id=export.pk, at=at)
    export.refresh_from_db()
    assert export.status != DataExport.Status.READY
