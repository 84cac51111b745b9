"""Documents beside a request: refused first; kept by their content, opened by who sees the request (R71)."""

import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.organisations.documents import LARGEST
from diaphane.privacy.exporting import ask_for_own_export, make_export, open_export
from diaphane.privacy.record_rows import get_record
from diaphane.requests.attaching import MOST_ATTACHED, attach_document
from diaphane.requests.models import Attachment
from tests.documents import PAGE, PDF, PROGRAM, make_png
from tests.factories import make_actor, make_patient_actor
from tests.scenes import draft, refused, submitted

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def add(client, request, content=PDF, *, name="piece.pdf", **values):
    told = {"kind": "prescription", "words": "", "document": SimpleUploadedFile(name, content)}
    return client.post(reverse("attachments:add", args=[request.act_id]), told | values, headers=HTMX)


def attach(territory, request, at, *, kind="prescription", content=PDF):
    by = territory.requester
    return attach_document(request=request, kind=kind, words="", document=content, by=by, at=at)


def address(name, attachment):
    return reverse(f"attachments:{name}", args=[attachment.request.act_id, attachment.pk])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PAGE, "PDF, ou une image JPEG ou PNG"),
        (PROGRAM, "PDF, ou une image JPEG ou PNG"),
        (b"", "est vide"),
        (PDF[:20], "PDF, ou une image JPEG ou PNG"),
        (PDF + b" " * LARGEST, "10 Mo au plus"),
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(territory, login, content, words):
    request = draft(territory)
    answer = add(login(territory.requester), request, content)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("\xa0", " ")
    assert not Attachment.objects.exists()


def test_a_document_without_a_kind_is_refused(territory, login):
    assert add(login(territory.requester), draft(territory), kind="").status_code == 422
    assert not Attachment.objects.exists()


def test_another_site_neither_sees_nor_attaches_nor_opens(territory, login, at):
    kept, client = attach(territory, draft(territory), at), login(territory.outsider)
    assert add(client, kept.request).status_code == 404
    assert client.get(reverse("attachments:list", args=[kept.request.act_id])).status_code == 404
    assert client.get(address("open", kept)).status_code == 404
    assert client.post(address("withdraw", kept), {"withdrawn_reason": "non"}).status_code == 404


def test_a_document_is_opened_by_the_act_that_holds_it_alone(territory, login, at):
    kept, other = attach(territory, draft(territory), at), draft(territory)
    client = login(territory.requester)
    assert client.get(reverse("attachments:open", args=[other.act_id, kept.pk])).status_code == 404


def test_the_radiologist_opens_what_he_does_not_attach(territory, login, at):
    kept, client = attach(territory, submitted(territory), at), login(territory.imageur)
    assert add(client, kept.request).status_code == 403
    assert client.get(address("open", kept)).content == PDF
    assert Entry.objects.filter(action="viewed.attachment", subject_id=kept.pk).exists()


def test_an_administrator_opens_none(territory, login, at):
    kept = attach(territory, submitted(territory), at)
    assert login(make_actor(Role.ADMINISTRATOR, territory.site)).get(address("open", kept)).status_code == 403


@pytest.mark.parametrize(("content", "media_type"), [(PDF, "application/pdf"), (make_png(), "image/png")])
def test_it_is_given_to_be_saved_by_its_true_type_and_nothing_in_it_runs(
    territory, login, content, media_type
):
    request, client = draft(territory), login(territory.requester)
    assert add(client, request, content, name="page.html", words="Vu ce jour").status_code == 204
    kept = Attachment.objects.get()
    answer = client.get(address("open", kept))
    assert answer.content == content
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = client.get(reverse("attachments:list", args=[request.act_id])).content.decode()
    assert "Ordonnance signée, numérisée" in page
    assert "Vu ce jour" in page


def test_the_medical_summary_is_said_on_the_request_by_its_name(territory, login, at):
    request = submitted(territory)
    attach(territory, request, at, kind="summary")
    for actor, name in ((territory.requester, "requesting:act"), (territory.imageur, "reading_room:act")):
        page = login(actor).get(reverse(name, args=[request.act_id])).content.decode()
        assert "Volet de synthèse médicale" in page


def test_withdrawn_for_a_reason_it_is_given_to_nobody_and_its_line_stays(territory, login, at):
    kept, client = attach(territory, submitted(territory), at), login(territory.technologist)
    assert client.post(address("withdraw", kept), {"withdrawn_reason": " "}, headers=HTMX).status_code == 422
    reason = {"withdrawn_reason": "Ordonnance d’un autre patient"}
    assert client.post(address("withdraw", kept), reason, headers=HTMX).status_code == 204
    assert client.get(address("open", kept)).status_code == 404
    page = client.get(reverse("attachments:list", args=[kept.request.act_id])).content.decode()
    assert "Ordonnance d’un autre patient" in page
    assert not kept.request.standing_attachments


def test_nothing_is_attached_to_a_request_that_is_over_nor_beyond_a_dozen(territory, login, at):
    client = login(territory.requester)
    assert add(client, refused(territory)).status_code == 409
    request = draft(territory)
    for _each in range(MOST_ATTACHED):
        attach(territory, request, at)
    assert add(client, request).status_code == 409


def test_it_goes_with_the_record_its_file_too(territory, at):
    kept = attach(territory, submitted(territory), at)
    record = get_record(territory.patient.pk)
    assert kept.document_key in set(record.iter_keys())
    assert storages["objects"].exists(kept.document_key)
    assert any(kept in rows for rows in record.iter_rows() if rows.model is Attachment)


def test_a_person_s_copy_holds_it_and_a_letter_only_once_they_were_told(territory, at):
    request = submitted(territory)
    attach(territory, request, at)
    attach(territory, request, at, kind="letter", content=make_png())
    patient = make_patient_actor(territory.patient)
    export = ask_for_own_export(by=patient, at=at)
    make_export(export_id=export.pk, at=at)
    export.refresh_from_db()
    later = at + timedelta(minutes=1)
    with open_export(export=export, by=patient, at=later) as file, ZipFile(io.BytesIO(file.read())) as held:
        names = [each for each in held.namelist() if each.startswith("pieces-jointes/")]
        assert [held.read(each) for each in names] == [PDF]
        entries = json.loads(held.read("donnees-fhir.json"))["entry"]
    found = [each["resource"] for each in entries if each["resource"]["resourceType"] == "DocumentReference"]
    assert [each["content"][0]["attachment"]["url"] for each in found] == names
