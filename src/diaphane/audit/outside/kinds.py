"""What an action of the trail is called by DICOM (PS3.15 A.5, codes of PS3.16 CID 400 and CID 401)."""

from dataclasses import dataclass

DCM = "http://dicom.nema.org/resources/ontology/DCM"


@dataclass(frozen=True)
class Kind:
    """One kind of event: its code and meaning, what is done (C, R, U, D, E), how it ended (0, 4, 8, 12)."""

    code: str
    meaning: str
    done: str
    outcome: str = "0"
    subtype: tuple[str, str] | None = None


_PATIENT_RECORD = ("110110", "Patient Record")
_INSTANCES = ("110103", "DICOM Instances Accessed")
_ALERT = ("110113", "Security Alert")
# The longest beginning wins.
_KINDS: dict[str, Kind] = {
    "": Kind("110100", "Application Activity", "E"),
    "viewed.": Kind(*_PATIENT_RECORD, "R"),
    "viewed.images": Kind(*_INSTANCES, "R"),
    "viewed.trail": Kind("110101", "Audit Log Used", "R"),
    "exported.": Kind("110106", "Export", "R"),
    "images.": Kind(*_INSTANCES, "U"),
    "import.": Kind("110107", "Import", "C"),
    "patient.": Kind(*_PATIENT_RECORD, "U"),
    "patient.registered": Kind(*_PATIENT_RECORD, "C"),
    "identity.": Kind(*_PATIENT_RECORD, "U"),
    "identity_pair.": Kind(*_PATIENT_RECORD, "U"),
    "relationship.": Kind(*_PATIENT_RECORD, "U"),
    "patients.searched": Kind("110112", "Query", "E"),
    "act.opened": Kind("110109", "Order Record", "C"),
    "request.": Kind("110109", "Order Record", "U"),
    "exam.": Kind("110111", "Procedure Record", "U"),
    "report.": Kind(*_PATIENT_RECORD, "U"),
    "dispatch.": Kind(*_PATIENT_RECORD, "R"),
    "privacy.": Kind(*_PATIENT_RECORD, "U"),
    "login.": Kind("110114", "User Authentication", "E", subtype=("110122", "Login")),
    "login.failed": Kind("110114", "User Authentication", "E", "4", ("110122", "Login")),
    "emergency.opened": Kind(*_ALERT, "E", subtype=("110127", "Emergency Override Started")),
    "emergency.ended": Kind(*_ALERT, "E", subtype=("110138", "Emergency Override Stopped")),
    "emergency.not_found": Kind(*_ALERT, "E", "4", ("110132", "Use of Restricted Function")),
    "token.refused": Kind(*_ALERT, "E", "4", ("110126", "Node Authentication")),
    "enrolment.refused": Kind(*_ALERT, "E", "4", ("110126", "Node Authentication")),
    "machine.revoked": Kind(*_ALERT, "E", subtype=("110137", "User Security Attributes Changed")),
}
_BEGINNINGS = sorted(_KINDS, key=len, reverse=True)


def find_kind(action: str) -> Kind:
    """Return the kind of an action; one that no line names is an activity of the application."""
    return _KINDS[next(each for each in _BEGINNINGS if action.startswith(each))]
