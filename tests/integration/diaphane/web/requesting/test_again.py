"""Templates of a site and the copy of a request: what is of its day, or about safety, is asked again."""

import pytest
from django.urls import reverse

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.requests.copying import COPIED
from diaphane.requests.models import ExamRequest, RequestState, RequestTemplate
from diaphane.requests.operations import DRAFT_FIELDS, draft_request
from tests.factories import make_actor
from tests.scenes import COMPLETE_REQUEST, draft, submitted

from .pages import HTMX, act_url, post

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "Traumatisme crânien sous anticoagulant",
    "exam_code": "CT-HEAD",
    "question": "Hémorragie ?",
    "justification": "Traumatisme sous anticoagulant",
    "protocol_wishes": "Coupes fines",
}


def write(client, **values):
    return client.post(reverse("requesting:write_template"), WORDS | values, headers=HTMX)


@pytest.mark.parametrize("values", [{"name": " "}, {"exam_code": ""}, {"exam_code": "MAMMOGRAPHY"}])
def test_a_template_without_a_name_or_an_exam_is_refused(territory, login, values):
    assert write(login(territory.requester), **values).status_code == 422
    assert not RequestTemplate.objects.exists()


def test_a_secretary_uses_the_templates_and_writes_none(territory, login):
    client = login(make_actor(Role.SECRETARY, territory.site))
    assert write(client).status_code == 403
    assert client.get(reverse("requesting:templates")).status_code == 200


def test_another_site_neither_sees_nor_changes_a_template(territory, login, at):
    write(login(territory.requester))
    kept, client = RequestTemplate.objects.get(), login(territory.outsider)
    assert WORDS["name"] not in client.get(reverse("requesting:templates")).content.decode()
    assert client.get(reverse("requesting:change_template", args=[kept.pk])).status_code == 404
    assert client.post(reverse("requesting:archive_template", args=[kept.pk])).status_code == 404
    own = draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)
    assert post(client, "apply_template", own.act_id, template=str(kept.pk)).status_code == 404


def test_one_name_is_one_template_and_a_change_puts_the_former_away(territory, login):
    client = login(territory.requester)
    assert write(client).status_code == 204
    assert write(client).status_code == 409
    former = RequestTemplate.objects.get()
    address = reverse("requesting:change_template", args=[former.pk])
    assert WORDS["question"] in client.get(address).content.decode()
    assert client.post(address, WORDS | {"question": "Fracture ?"}, headers=HTMX).status_code == 204
    former.refresh_from_db()
    assert former.archived_at
    assert RequestTemplate.objects.in_use().get().question == "Fracture ?"
    assert set(Entry.objects.filter(subject_type="request_template").values_list("action", flat=True)) == {
        "template.written",
        "template.archived",
    }


def test_a_template_fills_what_is_blank_and_replaces_nothing(territory, login, at):
    client = login(territory.requester)
    write(client)
    request = draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)
    ExamRequest.objects.update(question="Ma question")
    page = client.get(act_url("edit", request.act_id)).content.decode()
    assert WORDS["name"] in page
    kept = str(RequestTemplate.objects.get().pk)
    assert post(client, "apply_template", request.act_id, template=kept).status_code == 204
    filled = ExamRequest.objects.get()
    assert (filled.exam_code, filled.question) == ("CT-HEAD", "Ma question")
    assert filled.protocol_wishes == "Coupes fines"
    assert not filled.safety_answers.exists()


def test_a_sent_request_takes_no_template(territory, login):
    client = login(territory.requester)
    write(client)
    kept = str(RequestTemplate.objects.get().pk)
    assert post(client, "apply_template", submitted(territory).act_id, template=kept).status_code == 409


def test_another_site_copies_nothing(territory, login):
    assert post(login(territory.outsider), "copy", submitted(territory).act_id).status_code == 404


def test_a_copy_holds_what_lasts_and_asks_the_rest_again(territory, login):
    earlier = submitted(territory, implants="listed", implants_details="Valve")
    client = login(territory.requester)
    answer = post(client, "copy", earlier.act_id)
    made = ExamRequest.objects.exclude(pk=earlier.pk).get()
    assert answer.headers["HX-Redirect"] == act_url("edit", made.act_id)
    assert (made.state, made.act.patient) == (RequestState.DRAFT, territory.patient)
    assert made.act.requested_urgency == ""
    assert made.question == COMPLETE_REQUEST["question"]
    asked_again = set(DRAFT_FIELDS) - set(COPIED) - {"callback_phone"}
    assert {"pregnancy", "implants", "risks", "biology", "history", "information"} <= asked_again
    assert not any(getattr(made, name) for name in asked_again)
    assert not made.safety_answers.exists()


def test_a_draft_of_the_same_patient_is_another_request(territory, login):
    request = draft(territory)
    post(login(territory.requester), "copy", request.act_id)
    assert ExamRequest.objects.values("act_id").distinct().count() == 2
