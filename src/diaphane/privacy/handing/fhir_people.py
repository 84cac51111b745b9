"""Who stands beside a patient, in FHIR R4."""

from diaphane.patients.models import Relationship

from .references import Resource, refer, say


def describe_related(relationship: Relationship) -> Resource:
    """Return the RelatedPerson: in which quality, from when to when, how they are reached."""
    person, period = relationship.person, {"start": relationship.starts_on.isoformat()}
    ended_at = relationship.ended_at
    if until := (ended_at.date() if ended_at else relationship.ends_on):
        period["end"] = max(until, relationship.starts_on).isoformat()
    names = [{"use": "official", "family": person.birth_name, "given": person.first_names.split(" ")}]
    if person.used_name:
        names.append({"use": "usual", "family": person.used_name})
    telecom = [
        {"system": system, "value": value}
        for system, value in (("phone", person.phone), ("email", person.email))
        if value
    ]
    resource: Resource = {
        "resourceType": "RelatedPerson",
        "id": str(relationship.pk),
        "active": ended_at is None,
        "patient": refer(relationship.patient_id),
        "relationship": [say(relationship.get_quality_display())],
        "name": names,
        "period": period,
    }
    if person.language:
        resource["communication"] = [{"language": say(person.language)}]
    return resource | ({"telecom": telecom} if telecom else {})
