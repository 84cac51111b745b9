"""Turn a report document into the strings that the page template lays out, and nothing else.

Every value goes through `typeset_french`; the template receives JSON, so markup in a value is inert.
A part that the requirements ask for is named as missing rather than left out (R92, R93).
The report is written in French whatever the language of the reader (R91).
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from .model import (
    Communication,
    IdentityStatus,
    Patient,
    Professional,
    ReportDocument,
    Sex,
    Structure,
    Version,
    VersionKind,
)
from .technique import describe_technique
from .typography import format_date, format_instant, typeset_french

Payload = dict[str, object]
Instant = Callable[[datetime], str]

NOT_RECORDED = "Non renseigné"
SEXES = {Sex.FEMALE: "Féminin", Sex.MALE: "Masculin", Sex.UNKNOWN: "Inconnu"}


def build_payload(document: ReportDocument) -> Payload:
    """Return the JSON-ready content of the document, in reading order."""
    zone = ZoneInfo(document.time_zone)

    def instant(at: datetime) -> str:
        return format_instant(at.astimezone(zone))

    return {
        "title": _title(document),
        "kind": typeset_french(document.act_kind),
        "act": typeset_french(document.act_label),
        "exam_date": _exam_date(document, zone),
        "accession": typeset_french(document.accession_number),
        "running_patient": _running_patient(document.patient),
        "version_label": f"Version {document.version.number}",
        "banner": _banner(document.version, instant),
        "reading": _structure(document.reading_structure),
        "performing": _structure(document.performing_site),
        "patient_name": _full_name(document.patient),
        "patient": _rows(_identity(document.patient)),
        "request": _rows(_request(document)),
        "context": [
            [title, typeset_french(text) or NOT_RECORDED]
            for title, text in (
                ("Indication", document.indication),
                ("Antécédents et traitements utiles", document.antecedents),
                ("Examens comparatifs", document.comparison or "Aucun examen comparatif disponible."),
            )
        ],
        "technique": describe_technique(document.technique, instant),
        "results": [[typeset_french(part.title), typeset_french(part.text)] for part in document.results],
        "conclusion": typeset_french(document.conclusion),
        "next_step": typeset_french(document.next_step) or NOT_RECORDED,
        "prescriptions": typeset_french(document.prescriptions) or "Aucune prescription associée.",
        "communications": [_communication(item, instant) for item in document.communications],
        "professionals": [_professional(person) for person in document.professionals],
        "times": _times(document, instant),
        "incidents": [typeset_french(text) for text in document.incidents],
        "recipients": [typeset_french(text) for text in document.recipients],
        "for_patient": [
            ["Ce que nous cherchions", typeset_french(document.for_patient.searched) or NOT_RECORDED],
            ["Ce que nous avons trouvé", typeset_french(document.for_patient.found) or NOT_RECORDED],
            ["La suite", typeset_french(document.for_patient.next_step) or NOT_RECORDED],
        ],
        "signature": _signature(document, instant),
        "time_zone": document.time_zone,
    }


def _title(document: ReportDocument) -> str:
    """Return the document's title: no name in it, since viewers and shells show titles."""
    return typeset_french(
        f"Compte rendu : {document.act_label}, examen {document.accession_number}, "
        f"version {document.version.number}"
    ).replace("\n", " ")


def _exam_date(document: ReportDocument, zone: ZoneInfo) -> str:
    started_at = document.times.started_at
    if started_at is None:
        return "Date de l’examen non renseignée"
    return f"Examen du {format_date(started_at.astimezone(zone).date())}"


def _full_name(patient: Patient) -> str:
    name = patient.used_name or patient.birth_name
    return typeset_french(f"{name.upper()} {patient.used_first_name or patient.first_birth_name}")


def _running_patient(patient: Patient) -> str:
    birth = f", {_born(patient)} {patient.birth_date:%d/%m/%Y}" if patient.birth_date else ""
    return f"{_full_name(patient)}{birth}".replace("\n", " ")


def _born(patient: Patient) -> str:
    return {Sex.FEMALE: "née le", Sex.MALE: "né le"}.get(patient.sex, "né(e) le")


def _identity(patient: Patient) -> list[tuple[str, str]]:
    birth = format_date(patient.birth_date) if patient.birth_date else NOT_RECORDED
    status = patient.identity_status.value
    # Only a qualified identity may reference health data with the INS.
    has_ins = patient.identity_status is IdentityStatus.QUALIFIED and bool(patient.ins)
    ins = f"{patient.ins} ({patient.ins_type}), {status}"
    return [
        ("Nom de naissance", patient.birth_name.upper()),
        ("Nom utilisé", patient.used_name.upper()),
        ("Premier prénom", patient.first_birth_name),
        ("Prénoms de naissance", patient.birth_first_names),
        ("Prénom utilisé", patient.used_first_name),
        ("Sexe", SEXES[patient.sex]),
        ("Date de naissance", birth),
        ("Lieu de naissance", patient.birth_place),
        ("INS" if has_ins else "Statut", ins if has_ins else status.capitalize()),
    ]


def _request(document: ReportDocument) -> list[tuple[str, str]]:
    physician = document.requesting_physician
    rpps = f"RPPS {physician.rpps}" if physician.rpps else "RPPS non renseigné"
    return [
        ("Médecin demandeur", f"{physician.name or NOT_RECORDED}\n{rpps}"),
        ("Structure requérante", "\n".join(_structure(document.requesting_structure))),
        ("Numéro d’examen", document.accession_number),
        ("Acte", document.act_kind),
        ("Degré d'urgence", document.urgency),
    ]


def _rows(pairs: list[tuple[str, str]]) -> list[list[str]]:
    return [[label, typeset_french(value)] for label, value in pairs if value]


def _structure(structure: Structure) -> list[str]:
    finess = f"FINESS {structure.finess}" if structure.finess else ""
    phone = f"Tél. {structure.phone}" if structure.phone else ""
    lines = (structure.name, structure.address, phone, finess)
    return [typeset_french(line) for line in lines if line]


def _banner(version: Version, instant: Instant) -> Payload | None:
    """Return what this version replaces or completes; a first final version needs no banner."""
    if version.replaces is None and version.kind is VersionKind.FINAL:
        return None
    lines = []
    if version.replaces:
        old = version.replaces
        verb = "Complète" if version.kind is VersionKind.ADDENDUM else "Remplace"
        lines.append(
            f"{verb} la version {old.number}, signée par {old.signed_by} le {instant(old.signed_at)}."
        )
        lines.append(f"Motif : {old.reason or 'non renseigné'}")
    return {"label": version.kind.value, "lines": [typeset_french(line) for line in lines]}


def _communication(item: Communication, instant: Instant) -> Payload:
    by = f" par {item.by_name}" if item.by_name else ""
    channel = f", {item.channel}" if item.channel else ""
    return {
        "to": typeset_french(f"{item.to_name}, {item.to_function}"),
        "how": typeset_french(f"Le {instant(item.at)}{by}{channel}"),
        "read_back": "Relu et confirmé" if item.read_back else "Relecture non confirmée",
        "text": typeset_french(item.text),
    }


def _professional(person: Professional) -> list[str]:
    cells = (person.name, person.role, person.rpps, person.site)
    return [typeset_french(cell) or NOT_RECORDED for cell in cells]


def _times(document: ReportDocument, instant: Instant) -> list[list[str]]:
    times = document.times
    steps = (
        ("Demande", times.requested_at),
        ("Validation", times.validated_at),
        ("Début de l’examen", times.started_at),
        ("Fin de l’examen", times.ended_at),
        ("Signature", document.signature.at),
    )
    return [[label, instant(at) if at else NOT_RECORDED] for label, at in steps]


def _signature(document: ReportDocument, instant: Instant) -> Payload:
    signature = document.signature
    return {
        "by": typeset_french(signature.signed_by),
        "rpps": f"RPPS {typeset_french(signature.rpps) or 'non renseigné'}",
        "at": f"le {instant(signature.at)}",
        "second_factor": typeset_french(signature.second_factor) or NOT_RECORDED,
    }
