"""One entry of the trail as a DICOM audit message (PS3.15 A.5.1), inside a syslog message (RFC 5424)."""

import socket
from xml.etree.ElementTree import Element, SubElement, tostring

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role

from .kinds import find_kind

MESSAGE_ID = "DICOM+RFC3881"
"""What PS3.15 A.6 asks of MSGID."""
_PRIORITY = 10 * 8 + 5
"""Facility 10 (security), severity 5 (notice)."""
_SOURCE = "Diaphane"
_APPLICATION = "diaphane"
_ENCODED = "utf-8"
_BOM = b"\xef\xbb\xbf"
_MACHINES = frozenset({Role.EDGE, Role.SERVICE, Role.COLLECTOR, Role.SYSTEM})
_PERSON, _SYSTEM_OBJECT = "1", "2"
_PATIENT, _REPORT = "1", "3"


def write_syslog(entry: Entry) -> bytes:
    """Return the syslog message of an entry: its header, no structured data, the XML after the BOM."""
    stamp = entry.occurred_at.isoformat(timespec="milliseconds")
    header = f"<{_PRIORITY}>1 {stamp} {socket.gethostname()} {_APPLICATION} - {MESSAGE_ID} - "
    return header.encode("ascii", "replace") + _BOM + write_message(entry)


def write_message(entry: Entry) -> bytes:
    """Return the XML of an entry: who, what kind of event, on which object; never what was read."""
    kind = find_kind(entry.action)
    root = Element("AuditMessage")
    event = SubElement(
        root,
        "EventIdentification",
        EventActionCode=kind.done,
        EventDateTime=entry.occurred_at.isoformat(),
        EventOutcomeIndicator=kind.outcome,
    )
    _code(event, "EventID", kind.code, "DCM", kind.meaning)
    if kind.subtype:
        _code(event, "EventTypeCode", kind.subtype[0], "DCM", kind.subtype[1])
    _code(event, "EventTypeCode", entry.action, "99DIAPHANE", entry.action)
    _write_participant(root, entry)
    source = SubElement(root, "AuditSourceIdentification", AuditSourceID=_SOURCE)
    if entry.structure_label:
        source.set("AuditEnterpriseSiteID", entry.structure_label)
    SubElement(source, "AuditSourceTypeCode", {"csd-code": "4"})
    _write_objects(root, entry)
    return bytes(tostring(root, encoding=_ENCODED, xml_declaration=True))


def _write_participant(root: Element, entry: Entry) -> None:
    participant = SubElement(
        root,
        "ActiveParticipant",
        UserID=str(entry.actor_id),
        UserName=entry.actor_label,
        UserIsRequestor="false" if entry.actor_role in _MACHINES else "true",
    )
    if entry.address:
        participant.set("NetworkAccessPointID", entry.address)
        participant.set("NetworkAccessPointTypeCode", "2")
    _code(participant, "RoleIDCode", entry.actor_role, "99DIAPHANE", entry.actor_role)


def _write_objects(root: Element, entry: Entry) -> None:
    if entry.patient_id:
        _object(
            root, str(entry.patient_id), _PERSON, _PATIENT, ("2", "RFC-3881", "Patient Number"), "patient"
        )
    if entry.act_id:
        _object(root, str(entry.act_id), _SYSTEM_OBJECT, _REPORT, ("act", "99DIAPHANE", "Act"), "act")
    if entry.subject_id and entry.subject_id not in (entry.patient_id, entry.act_id):
        name = entry.subject_type
        _object(root, str(entry.subject_id), _SYSTEM_OBJECT, _REPORT, (name, "99DIAPHANE", name), name)
    number = ("entry", "99DIAPHANE", "Entry of the trail")
    _object(root, str(entry.pk), _SYSTEM_OBJECT, "13", number, "trail")


def _object(root: Element, value: str, kind: str, role: str, code: tuple[str, str, str], name: str) -> None:
    found = SubElement(
        root,
        "ParticipantObjectIdentification",
        ParticipantObjectID=value,
        ParticipantObjectTypeCode=kind,
        ParticipantObjectTypeCodeRole=role,
    )
    _code(found, "ParticipantObjectIDTypeCode", *code)
    SubElement(found, "ParticipantObjectName").text = name


def _code(parent: Element, name: str, code: str, system: str, meaning: str) -> None:
    values = {"csd-code": code, "codeSystemName": system, "displayName": meaning, "originalText": meaning}
    SubElement(parent, name, values)
