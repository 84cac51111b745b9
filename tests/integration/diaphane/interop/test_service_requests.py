"""A request by API: refused first, then held to the very guards that stop the form (R1, R4, R66, R68)."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import Professional
from diaphane.accounts.operations import issue_service_token
from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Membership
from diaphane.patients.models import PatientIdentifier
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import draft_request, save_draft
from diaphane.requests.queries import weigh_draft
from tests.factories import StructureFactory, make_actor
from tests.scenes import COMPLETE_REQUEST, SAFE_ANSWERS, Territory

pytestmark = pytest.mark.django_db
ADDRESS = "/fhir/ServiceRequest"
Resource = dict[str, Any]
UNKNOWN_EXAM = {"coding": [{"system": "urn:diaphane:catalogue", "code": "X"}]}
PLACED = {"system": "urn:oid:1.2.250.1.71.4.2.2.99", "value": "PRESC-1"}


def open_service(structure_id: object, scope: str = "requests.write") -> Client:
    token = issue_service_token(label="RIS", role=Role.SERVICE, structure_id=structure_id, scope=scope)  # type: ignore[arg-type]
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def service(territory: Territory) -> Client:
    return open_service(territory.site.pk)


def make_resource(
    territory: Territory, *, values: Mapping[str, str] = {}, answers: Mapping[str, str] = SAFE_ANSWERS
) -> Resource:
    held = COMPLETE_REQUEST | dict(values)
    number = PatientIdentifier.objects.get(patient=territory.patient, issuer=territory.site.issuer).value
    rpps = Professional.objects.get(user_id=territory.requester.id).rpps
    apart = {"exam_code", "question", "history"}
    issuer = f"urn:diaphane:issuer:{territory.site.issuer}"
    said = {name: text for name, text in held.items() if name not in apart}
    said |= {f"safety_{name}": text for name, text in answers.items()}
    items = [{"linkId": name, "answer": [{"valueString": text}]} for name, text in said.items()]
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "priority": "asap",
        "identifier": [PLACED],
        "code": {"coding": [{"system": "urn:diaphane:catalogue", "code": held["exam_code"]}]},
        "subject": {"identifier": {"system": issuer, "value": number}},
        "requester": {"identifier": {"system": "https://rpps.esante.gouv.fr", "value": rpps}},
        "reasonCode": [{"text": held["question"]}],
        "note": [{"text": held["history"]}],
        "contained": [{"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}],
    }


def send(client: Client, resource: object) -> tuple[int, Resource]:
    content = resource if isinstance(resource, str) else json.dumps(resource)
    answer = client.post(ADDRESS, content, content_type="application/fhir+json")
    assert answer["Content-Type"] == "application/fhir+json; fhirVersion=4.0"
    return answer.status_code, answer.json()


def words_of(outcome: Resource) -> set[str]:
    assert outcome["resourceType"] == "OperationOutcome"
    return {each["details"]["text"] for each in outcome["issue"]}


def requirements_of(outcome: Resource) -> set[str]:
    return {coding["code"] for each in outcome["issue"] for coding in each["details"].get("coding", [])}


def test_who_may_not_is_told_so_in_fhir(territory: Territory, login: Callable[[Actor], Client]) -> None:
    resource = make_resource(territory)
    status, outcome = send(Client(), resource)
    assert (status, outcome["issue"][0]["code"]) == (401, "login")
    for other in (open_service(territory.site.pk, "worklist"), login(territory.requester)):
        status, outcome = send(other, resource)
        assert (status, outcome["issue"][0]["code"]) in {(403, "forbidden"), (401, "login")}
    assert Client().get(ADDRESS).status_code == 405
    assert not Act.objects.exists()


def test_another_site_finds_neither_the_patient_nor_the_prescriber(territory: Territory) -> None:
    site = StructureFactory()
    stranger = open_service(site.pk)
    status, outcome = send(stranger, make_resource(territory))
    assert (status, words_of(outcome)) == (422, {"Aucun médecin demandeur de ce site n’a ce RPPS."})
    theirs = make_resource(territory)
    own = make_actor(Role.REQUESTING_PHYSICIAN, site)
    theirs["requester"]["identifier"]["value"] = Professional.objects.get(user_id=own.id).rpps
    status, outcome = send(stranger, theirs)
    assert (status, words_of(outcome)) == (422, {"Aucun patient de ce site n’a ce numéro."})
    assert not Act.objects.exists()


def test_a_whole_request_is_sent_in_the_name_of_its_prescriber(territory: Territory, service: Client) -> None:
    status, said = send(service, make_resource(territory))
    assert status == 201
    request = ExamRequest.objects.get()
    assert (str(request.pk), request.state) == (said["id"], RequestState.SUBMITTED)
    assert (request.author_id, request.exam_code) == (territory.requester.id, "CT-HEAD")
    assert request.act.requested_urgency == Act.Urgency.URGENT
    assert request.act.reading_structure == territory.reader
    assert {"system": "urn:diaphane:accession", "value": request.act.accession_number} in said["identifier"]
    received = Entry.objects.get(action="request.received")
    assert (received.actor_role, received.actor_label) == ("service", "RIS")


def test_the_same_number_is_taken_once_and_never_for_something_else(
    territory: Territory, service: Client
) -> None:
    resource = make_resource(territory)
    assert [send(service, resource)[0] for _time in range(2)] == [201, 200]
    other = make_resource(territory, values={"question": "Fracture ?"})
    status, outcome = send(service, other)
    assert (status, outcome["issue"][0]["code"]) == (409, "duplicate")
    assert ExamRequest.objects.count() == 1


def test_a_prescriber_whose_role_is_over_sends_nothing(territory: Territory, service: Client) -> None:
    Membership.objects.filter(user_id=territory.requester.id).update(ends_at=now() - timedelta(hours=1))
    status, outcome = send(service, make_resource(territory))
    assert (status, words_of(outcome)) == (422, {"Aucun médecin demandeur de ce site n’a ce RPPS."})
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    ("values", "requirement"),
    [
        ({"exam_code": "MAMMOGRAPHY"}, "R1"),
        ({"exam_code": "ULTRASOUND"}, "R4"),
        ({"pregnancy": ""}, "R68"),
        ({"pregnancy": "unknown"}, "R68"),
        ({"previous_ionising": ""}, "R68"),
        ({"exam_code": "MR-STROKE", "implants": ""}, "R85"),
        ({"exam_code": "MR-STROKE", "implants": "listed"}, "R85"),
        ({"question": ""}, "R65"),
        ({"callback_phone": ""}, "R64"),
        ({"risks": "", "biology": ""}, "R66"),
        ({"information": ""}, "R67"),
        ({"justification": ""}, "R69"),
        ({"distance_reason": ""}, "R63"),
        ({}, ""),
    ],
)
def test_the_same_guards_stop_the_form_and_the_interface(
    territory: Territory, service: Client, at: Any, values: dict[str, str], requirement: str
) -> None:
    draft = draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)
    save_draft(
        request=draft, values=COMPLETE_REQUEST | values, urgency="urgent", by=territory.requester, at=at
    )
    draft = ExamRequest.objects.get(pk=draft.pk)
    by_form = weigh_draft(draft, actor=territory.requester).blocking
    status, said = send(service, make_resource(territory, values=values))
    if not by_form:
        assert (status, requirement) == (201, "")
        return
    assert status == 422
    of_form = {(each.requirement, f"{each.what} ({each.who})") for gap in by_form for each in gap.missing}
    of_interface = {(each["details"]["coding"][0]["code"], each["details"]["text"]) for each in said["issue"]}
    assert of_interface == of_form
    assert requirement in {code for code, _words in of_form}
    assert ExamRequest.objects.count() == 1  # the draft of the form alone


def test_a_vital_emergency_leaves_by_the_interface_too_and_owes_the_rest(
    territory: Territory, service: Client
) -> None:
    resource = make_resource(territory, values={"risks": "", "biology": "", "pregnancy": ""}, answers={})
    resource["priority"] = "stat"
    assert send(service, resource)[0] == 201
    request = ExamRequest.objects.get()
    owed = {each.requirement for each in list_open_duties(request.act)}
    assert {"R66", "R68"} <= owed


def test_safety_answers_are_judged_and_what_they_find_is_told(territory: Territory, service: Client) -> None:
    values = {"exam_code": "CT-ABDOMEN"}
    resource = make_resource(territory, values=values, answers=SAFE_ANSWERS | {"egfr": "20"})
    status, said = send(service, resource)
    assert status == 201
    kept = ExamRequest.objects.get().safety_answers.get(question_id="egfr")
    assert (kept.value, kept.by_id, kept.moment) == ("20", territory.requester.id, "request")
    assert any(each["severity"] == "warning" for each in said["contained"][0]["issue"])


def test_an_answer_that_is_none_refuses_the_whole(territory: Territory, service: Client) -> None:
    wrong = {"egfr": "beaucoup", "metformin": "peut-être", "nothing": "x", "creatinine": "1,1"}
    for answers in ({name: text} for name, text in wrong.items()):
        status, outcome = send(
            service, make_resource(territory, values={"exam_code": "CT-ABDOMEN"}, answers=answers)
        )
        assert status == 422, answers
        assert outcome["issue"][0]["expression"][0].endswith(f"(linkId='safety_{next(iter(answers))}')")
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"resourceType": "Patient"}, 400, "ServiceRequest"),
        ({"status": "draft"}, 400, "ServiceRequest.status"),
        ({"priority": "vite"}, 400, "ServiceRequest.priority"),
        ({"identifier": []}, 400, "ServiceRequest.identifier"),
        ({"identifier": "1"}, 400, "ServiceRequest.identifier"),
        ({"contained": [{"resourceType": "QuestionnaireResponse", "item": [1]}]}, 400, "item[0]"),
        ({"subject": {}}, 422, "ServiceRequest.subject.identifier"),
        ({"requester": {"reference": "Practitioner/1"}}, 422, "ServiceRequest.requester.identifier"),
        ({"code": UNKNOWN_EXAM}, 422, "ServiceRequest.code"),
    ],
)
def test_what_is_malformed_is_refused_where_it_stands(
    territory: Territory, service: Client, change: Resource, status: int, where: str
) -> None:
    resource = deepcopy(make_resource(territory)) | change
    got, outcome = send(service, resource)
    assert got == status
    assert outcome["issue"][0]["expression"][0].endswith(where)
    assert send(service, "{")[0] == 400
    assert not Act.objects.exists()


def test_the_address_is_the_one_that_is_written() -> None:
    assert reverse("fhir:service_requests") == ADDRESS
