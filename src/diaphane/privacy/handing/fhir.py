"""What is held of a person as a FHIR R4 Bundle: one collection, its references inside itself (R38)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from diaphane.audit.outside.fhir import describe_entry
from diaphane.requests.models import ExamRequest

from .fhir_exam import describe_exam, describe_report, describe_study
from .fhir_people import describe_related
from .fhir_request import describe_attachment, describe_consent, describe_message, describe_request
from .fhir_safety import describe_safety
from .gathering import HeldAct, Person
from .references import Resource, urn

_GENDERS = {"F": "female", "M": "male", "U": "unknown"}


def describe_bundle(entries: Iterable[Resource], *, at: datetime) -> Resource:
    """Return the Bundle that holds these entries."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": list(entries),
    }


def describe_person(person: Person) -> Resource:
    """Return the Patient's entry: strict traits, INS with its OID, the identifier of each issuer."""
    patient = person.patient
    names = [{"use": "official", "family": patient.birth_name, "given": patient.first_names.split(" ")}]
    if patient.used_name:
        names.append({"use": "usual", "family": patient.used_name})
    identifiers = [
        {"system": f"urn:diaphane:issuer:{each.issuer}", "value": each.value} for each in person.identifiers
    ]
    if patient.ins:
        identifiers.insert(0, {"system": f"urn:oid:{patient.ins_oid}", "value": patient.ins})
    resource: Resource = {
        "resourceType": "Patient",
        "id": str(patient.pk),
        "name": names,
        "gender": _GENDERS[patient.sex],
        "birthDate": patient.birth_date.isoformat(),
    }
    if identifiers:
        resource["identifier"] = identifiers
    if patient.phone:
        resource["telecom"] = [{"system": "phone", "value": patient.phone}]
    return _entry(patient.pk, resource)


def describe_people(person: Person) -> Iterator[Resource]:
    """Return the entries of who stands beside the patient, or did (RelatedPerson)."""
    for each in person.people:
        yield _entry(each.pk, describe_related(each))


def describe_act(held: HeldAct) -> Iterator[Resource]:
    """Return the entries of one exam: asked, agreed to, made, seen, reported, said, shown, looked at."""
    if held.request is not None:
        yield from _describe_asked(held.request, held)
    for consent in held.consents:
        yield _entry(consent.pk, describe_consent(consent, held.act))
    if held.exam is not None and held.exam.started_at:
        yield _entry(held.exam.pk, describe_exam(held.exam, held.act))
    for study in held.studies:
        yield _entry(study.pk, describe_study(study, held.act))
    for report in held.reports:
        yield _entry(report.pk, describe_report(report, held))
    for message in held.messages:
        yield _entry(message.pk, describe_message(message, held.act))
    for look in held.looks:
        yield {
            "fullUrl": f"urn:diaphane:trace:{look.pk}",
            "resource": describe_entry(look, with_address=False),
        }


def _describe_asked(request: ExamRequest, held: HeldAct) -> Iterator[Resource]:
    yield _entry(request.pk, describe_request(request, held.act))
    if held.safety:
        resource = describe_safety(request, held.safety, held.act)
        yield _entry(UUID(resource["id"]), resource)
    for attachment in held.attachments:
        yield _entry(attachment.pk, describe_attachment(attachment, held.act))


def _entry(pk: UUID, resource: dict[str, Any]) -> Resource:
    return {"fullUrl": urn(pk), "resource": resource}
