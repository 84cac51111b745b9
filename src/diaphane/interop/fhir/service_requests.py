"""A request that a site's software sends for its prescriber: FHIR R4 ServiceRequest, as the form sends it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from diaphane.interop.authentication import interface
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.organisations.queries import find_professional_actor, get_ground, get_structure
from diaphane.patients.models import Patient
from diaphane.patients.numbers import find_by_number
from diaphane.requests.models import ExamRequest
from diaphane.requests.ordering import Order, Taken, order_exam
from diaphane.requests.safety import judge_request
from diaphane.safety.outcomes import Outcome

from .elements import (
    Element,
    iter_coded,
    iter_elements,
    read_element,
    read_resource,
    read_text,
    read_value,
)
from .outcomes import (
    CONTENT_TYPE,
    OutcomeError,
    answer_refusal,
    describe_issue,
    describe_outcome,
    with_outcomes,
)

KIND = "ServiceRequest"
CATALOGUE = "urn:diaphane:catalogue"
RPPS = "https://rpps.esante.gouv.fr"
URGENCIES = {"stat": "vital", "asap": "urgent", "urgent": "delayed", "routine": "scheduled"}
"""FHIR's priorities, as the platform's urgencies; none is taken for granted."""
SAFETY, INFORMANT = "safety_", "informant"
_ITEMS = f"{KIND}.contained.ofType(QuestionnaireResponse).item"
LOCATE = {
    "exam_code": f"{KIND}.code",
    "urgency": f"{KIND}.priority",
    "question": f"{KIND}.reasonCode",
    "history": f"{KIND}.note",
    "": _ITEMS,
}
_SEVERITIES = {Outcome.INFO: "information"}


@with_outcomes
@interface("POST", needs="request.order")
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a request and send it; refusals say what is missing, by the guards that stop the form."""
    try:
        resource = read_resource(request, KIND)
        author = _read_author(resource, actor)
        taken = order_exam(
            order=read_order(resource),
            patient=_read_patient(resource, author),
            author=author,
            service=actor,
            at=now(),
        )
    except DiaphaneError as error:
        return answer_refusal(error, LOCATE)
    return _answer(resource, taken)


def read_order(resource: Element) -> Order:
    """Read what is asked. Raises OutcomeError."""
    if (read_text(resource, "status", KIND), read_text(resource, "intent", KIND)) != ("active", "order"):
        raise OutcomeError(_("Only an active order is taken."), f"{KIND}.status", code="value")
    values, answers = _read_items(resource)
    if codes := [code for system, code in iter_coded(resource, "code", KIND) if system == CATALOGUE]:
        values["exam_code"] = codes[0]
    for name, element in (("question", "reasonCode"), ("history", "note")):
        texts = [read_text(each, "text", place) for each, place in iter_elements(resource, element, KIND)]
        if texts:
            values[name] = "\n".join(texts)
    priority = read_text(resource, "priority", KIND)
    if priority and priority not in URGENCIES:
        raise OutcomeError(_("This is no urgency."), f"{KIND}.priority", code="value")
    return Order(
        number=_read_number(resource),
        values=values,
        urgency=URGENCIES.get(priority, ""),
        informant=answers.pop(INFORMANT, ""),
        answers=answers,
    )


def _read_number(resource: Element) -> str:
    for each, place in iter_elements(resource, "identifier", KIND):
        system, value = read_text(each, "system", place), read_text(each, "value", place)
        if system and value and len(system) + len(value) < 255:
            return f"{system}|{value}"
    raise OutcomeError(
        _("Your own number of this request is needed, with its system: it is taken once."),
        f"{KIND}.identifier",
        code="required",
    )


def _read_items(resource: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Read the contained answers: fields of the request, and safety questions by ``safety_`` and their id."""
    values: dict[str, str] = {}
    answers: dict[str, str] = {}
    for contained, where in iter_elements(resource, "contained", KIND):
        if contained.get("resourceType") != "QuestionnaireResponse":
            continue
        for item, place in iter_elements(contained, "item", where):
            link = read_text(item, "linkId", place)
            given = [read_value(each, at) for each, at in iter_elements(item, "answer", place)]
            if link == INFORMANT or link.startswith(SAFETY):
                answers[link.removeprefix(SAFETY)] = given[0] if given else ""
            else:
                values[link] = given[0] if given else ""
    return values, answers


def _read_author(resource: Element, service: Actor) -> Actor:
    identifier = read_element(read_element(resource, "requester", KIND), "identifier", f"{KIND}.requester")
    where = f"{KIND}.requester.identifier"
    rpps = read_text(identifier, "value", where)
    is_rpps = read_text(identifier, "system", where) == RPPS
    found = (
        find_professional_actor(rpps, role=Role.REQUESTING_PHYSICIAN, structure_id=get_ground(service))
        if is_rpps
        else None
    )
    if found is None:
        words = _("No requesting physician of this site has this RPPS.")
        raise OutcomeError(words, where, code="not-found", status=422)
    return found


def _read_patient(resource: Element, author: Actor) -> Patient:
    identifier = read_element(read_element(resource, "subject", KIND), "identifier", f"{KIND}.subject")
    where = f"{KIND}.subject.identifier"
    system, value = read_text(identifier, "system", where), read_text(identifier, "value", where)
    issuer = get_structure(get_ground(author)).issuer
    found = find_by_number(system=system, value=value, issuer=issuer, actor=author)
    if found is None:
        words = _("No patient of this site has this number.")
        raise OutcomeError(words, where, code="not-found", status=422)
    return found


def _answer(resource: Element, taken: Taken) -> JsonResponse:
    request = taken.request
    said: dict[str, Any] = {
        "resourceType": KIND,
        "id": str(request.pk),
        "status": "active",
        "intent": "order",
        "identifier": [
            *[dict(each) for each, _place in iter_elements(resource, "identifier", KIND)],
            {"system": "urn:diaphane:accession", "value": request.act.accession_number},
        ],
        "subject": resource.get("subject"),
    }
    if issues := _list_findings(request):
        said["contained"] = [describe_outcome(issues) | {"id": "safety"}]
    return JsonResponse(said, status=201 if taken.is_new else 200, content_type=CONTENT_TYPE)


def _list_findings(request: ExamRequest) -> list[dict[str, Any]]:
    """List what the safety rules find, as the form shows it while it is filled (R66)."""
    return [
        describe_issue(
            each.consequence.text,
            code="business-rule",
            severity=_SEVERITIES.get(each.consequence.outcome, "warning"),
            expression=f"{_ITEMS}.where(linkId='{SAFETY}{each.id}')" if each.is_unknown else "",
        )
        for each in judge_request(request, at=now()).findings
    ]
