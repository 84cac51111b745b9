"""``manage demo_territory``: seed the fictitious territory and tell its accounts to the launcher."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from diaphane.audit.keys import make_key
from diaphane.demo.acts import play_current_acts
from diaphane.demo.credentials import derive_password, derive_totp_secret
from diaphane.demo.people import PATIENTS, PEOPLE, STRUCTURES
from diaphane.demo.territory import (
    EDGE_AE_TITLE,
    IN_ARCHIVE,
    build_territory,
    get_patient,
    get_structure,
    let_machines_in,
)
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.patients.queries import get_local_identifier


class Command(BaseCommand):
    """Seed the demo; a second run changes nothing but the machines' ways in."""

    help = "Seed the fictitious territory of the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write."""
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *, out: Path, **options: object) -> None:
        """Build, then write accounts, code and token, readable by the owner only."""
        build_territory(at=now())
        play_current_acts(at=now())
        machines = let_machines_in(at=now())
        if not settings.AUDIT_KEY.exists():
            make_key(settings.AUDIT_KEY)
        out.touch(mode=0o600)
        out.write_text(json.dumps(_describe(machines), ensure_ascii=False, indent=2))


def _describe(machines: dict[str, str]) -> dict[str, object]:
    names = {each.key: each.name for each in STRUCTURES}
    professionals = [
        _account(each.email, each.role, each.name, names[each.structure], has_second_factor=True)
        for each in PEOPLE
    ]
    patients = [
        _account(
            f"{each.key}@patients.example",
            Role.PATIENT,
            each.spoken_name,
            "",
            has_second_factor=False,
        )
        for each in PATIENTS
    ]
    return {
        "accounts": professionals + patients,
        "edge": {
            "code": machines["edge_code"],
            "site": get_structure("saint_aubin").name,
            "ae_title": EDGE_AE_TITLE,
        },
        "archive": _describe_archive(),
        "dicomweb_token": machines["dicomweb_token"],
    }


def _describe_archive() -> dict[str, object]:
    """Say whose earlier images the archive of the site holds, by the identifiers that the site issued."""
    issuer = get_structure("saint_aubin").issuer
    people = [
        {
            "patient_id": get_local_identifier(patient, issuer=issuer),
            "name": patient.dicom_name,
            "birth_date": f"{patient.birth_date:%Y%m%d}",
            "sex": patient.sex,
        }
        for patient in map(get_patient, IN_ARCHIVE)
    ]
    return {"issuer": issuer, "people": people}


def _account(email: str, role: Role, name: str, structure: str, *, has_second_factor: bool) -> dict[str, str]:
    return {
        "role": role.value,
        "email": email,
        "password": "" if role is Role.PATIENT else derive_password(email),
        "totp_secret": derive_totp_secret(email) if has_second_factor else "",
        "name": name,
        "structure": structure,
    }
