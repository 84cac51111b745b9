"""One entry of the trail as a FHIR R4 AuditEvent: identifiers and codes, never what was read (R43)."""

from typing import Any

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role

from .kinds import DCM, find_kind

Resource = dict[str, Any]
_MACHINES = frozenset({Role.EDGE, Role.SERVICE, Role.COLLECTOR, Role.SYSTEM})
_ACTIONS = "urn:diaphane:action"
_PATIENT_ENTITY = {
    "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "1"},
    "role": {"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1"},
}
_OBJECT_ENTITY = {"type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "2"}}


def describe_entry(entry: Entry, *, with_address: bool = True) -> Resource:
    """Return the AuditEvent of an entry; its id is the entry's own number, which never changes.

    A patient reads who looked, not from which machine: ``with_address`` leaves it out.
    """
    kind = find_kind(entry.action)
    subtypes = [{"system": _ACTIONS, "code": entry.action}]
    if kind.subtype:
        subtypes.insert(0, {"system": DCM, "code": kind.subtype[0], "display": kind.subtype[1]})
    return {
        "resourceType": "AuditEvent",
        "id": str(entry.pk),
        "type": {"system": DCM, "code": kind.code, "display": kind.meaning},
        "subtype": subtypes,
        "action": kind.done,
        "period": {"start": entry.occurred_at.isoformat(), "end": entry.occurred_at.isoformat()},
        "recorded": entry.recorded_at.isoformat(),
        "outcome": kind.outcome,
        "agent": [_agent(entry) | (_network(entry) if with_address else {})],
        "source": {"observer": {"display": "Diaphane"}},
        "entity": _entities(entry) or [_what("application", "diaphane")],
    }


def _agent(entry: Entry) -> Resource:
    agent: Resource = {
        "who": {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{entry.actor_id}"}},
        "role": [{"coding": [{"system": "urn:diaphane:role", "code": entry.actor_role}]}],
        "requestor": entry.actor_role not in _MACHINES,
    }
    if entry.actor_label:
        agent["name"] = entry.actor_label
    if entry.structure_label:
        agent["location"] = {"display": entry.structure_label}
    return agent


def _network(entry: Entry) -> Resource:
    return {"network": {"address": entry.address, "type": "2"}} if entry.address else {}


def _entities(entry: Entry) -> list[Resource]:
    entities = []
    if entry.patient_id:
        who = {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{entry.patient_id}"}}
        entities.append({"what": who, **_PATIENT_ENTITY})
    if entry.act_id:
        entities.append(_what("act", str(entry.act_id)))
    if entry.subject_id and entry.subject_id not in (entry.patient_id, entry.act_id):
        entities.append(_what(entry.subject_type, str(entry.subject_id)))
    return entities


def _what(kind: str, value: str) -> Resource:
    identifier = {"system": f"urn:diaphane:{kind}", "value": value}
    return {"what": {"identifier": identifier}, **_OBJECT_ENTITY, "description": kind}
