"""The request, the consents and the thread, in FHIR R4."""

from diaphane.acts.models import Act
from diaphane.consents.models import Consent
from diaphane.conversations.models import Message
from diaphane.organisations.documents import SUFFIXES
from diaphane.requests.models import Attachment, ExamRequest, RequestState

from .references import Resource, refer, say

_STATUSES = {
    RequestState.DRAFT: "draft",
    RequestState.REFUSED: "revoked",
    RequestState.CANCELLED: "revoked",
    RequestState.DISCARDED: "entered-in-error",
    RequestState.ENTERED_IN_ERROR: "entered-in-error",
}
_PRIORITIES = {
    Act.Urgency.VITAL: "stat",
    Act.Urgency.URGENT: "urgent",
    Act.Urgency.DELAYED: "asap",
    Act.Urgency.SCHEDULED: "routine",
}
_SCOPES = {
    Consent.Subject.ACT: "treatment",
    Consent.Subject.DISTANCE: "patient-privacy",
}
_SCOPE_SYSTEM = "http://terminology.hl7.org/CodeSystem/consentscope"


def describe_request(request: ExamRequest, act: Act) -> Resource:
    """Return the ServiceRequest: what was asked, why, by whom, how urgent."""
    told = {
        "history": request.history,
        "antecedents": request.antecedents,
        "risks": request.risks,
        "biology": request.biology,
        "prior imaging": request.prior_imaging,
        "justification": request.justification,
        "protocol": request.protocol,
        "refusal": request.refusal_words,
    }
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "id": str(request.pk),
        "identifier": [{"system": "urn:diaphane:accession", "value": act.accession_number}],
        "status": _STATUSES.get(RequestState(request.state), "active"),
        "intent": "order",
        "priority": _PRIORITIES[act.urgency],
        "code": say(request.exam.label if request.exam else "–"),
        "subject": refer(act.patient_id),
        "authoredOn": request.created_at.isoformat(),
        "requester": {"display": f"{request.author_label}, {act.requesting_site}"},
    }
    if request.question:
        resource["reasonCode"] = [say(request.question)]
    notes = [{"text": f"{name}: {value}"} for name, value in told.items() if value.strip()]
    return resource | ({"note": notes} if notes else {})


def describe_attachment(attachment: Attachment, act: Act) -> Resource:
    """Return the DocumentReference of a document beside the request; the document itself is in the file."""
    content = {"contentType": attachment.document_type, "url": name_attachment(attachment)}
    return {
        "resourceType": "DocumentReference",
        "id": str(attachment.pk),
        "status": "current",
        "type": say(attachment.get_kind_display()),
        "subject": refer(act.patient_id),
        "date": attachment.added_at.isoformat(),
        "author": [{"display": attachment.by_label}],
        "content": [{"attachment": content}],
        "context": {"related": [refer(attachment.request_id)]},
    } | ({"description": attachment.words} if attachment.words else {})


def name_attachment(attachment: Attachment) -> str:
    """Return where a document beside the request stands in the file."""
    suffix = SUFFIXES[attachment.document_type]
    return f"pieces-jointes/{attachment.added_at:%Y-%m-%d}-{str(attachment.pk)[:8]}.{suffix}"


def describe_consent(consent: Consent, act: Act) -> Resource:
    """Return the Consent: to the exam, or to its reading at a distance; refused is a consent that denies."""
    is_given = consent.outcome == Consent.Outcome.GIVEN
    return {
        "resourceType": "Consent",
        "id": str(consent.pk),
        "status": "active" if is_given else "rejected",
        "scope": {"coding": [{"system": _SCOPE_SYSTEM, "code": _SCOPES[Consent.Subject(consent.subject)]}]},
        "category": [say(consent.get_subject_display())],
        "patient": refer(act.patient_id),
        "dateTime": consent.occurred_at.isoformat(),
        "performer": [{"display": consent.answered_by or str(consent.get_source_display())}],
        "policyRule": say(consent.get_outcome_display()),
        "provision": {"type": "permit" if is_given else "deny"},
    }


def describe_message(message: Message, act: Act) -> Resource:
    """Return the Communication: one message of the thread of the exam."""
    return {
        "resourceType": "Communication",
        "id": str(message.pk),
        "status": "completed",
        "subject": refer(act.patient_id),
        "sent": message.occurred_at.isoformat(),
        "sender": {"display": f"{message.actor_label}, {message.structure_label}".rstrip(", ")},
        "payload": [{"contentString": message.text}],
    }
