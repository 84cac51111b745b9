"""Put the fictitious territory in place, once: structures, people, rooms, conventions, patients."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from diaphane.accounts.machines import TOKEN_LASTS, issue_enrolment_code, revoke_machine
from diaphane.accounts.models import Professional, ServiceToken, User
from diaphane.accounts.operations import activate_totp, issue_service_token
from diaphane.accounts.queries import list_machine_tokens
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.organisations.models import Membership, Room, Structure
from diaphane.patients.models import IdentityProof, Patient
from diaphane.patients.operations import register_patient

from .carers import write_carers
from .credentials import derive_password, derive_totp_secret
from .papers import list_equipment, write_papers, write_papers_but_one
from .people import INS_DEMO_OID, PATIENTS, PEOPLE, ROOMS, STRUCTURES, DemoPatient, DemoPerson, DemoStructure
from .proofs import bring_proofs, make_conventions
from .protocols import write_book
from .rosters import make_rosters, open_rooms

GATEWAY = "Passerelle de Saint-Aubin"
EDGE_AE_TITLE = "LISIERE"
IN_ARCHIVE = ("martin.vasseur", "odette.garnier")
"""The patients of whom the site's archive holds an earlier brain MR."""
DICOMWEB_TOKEN = "Outils DICOMweb de la démonstration"  # noqa: S105 - a label
_CHECKERS = {"saint_aubin": "bruno.kessel", "haute_lisiere": "nadia.ferrand"}
_INSURED_FOR = {"maud.riquet": 12, "etienne.vasco": -20}
"""Days that the insurance of some has left: one expires soon, one is over."""


def build_territory(*, at: datetime) -> None:
    """Create what is missing; a second call changes nothing."""
    with transaction.atomic():
        structures = {each.key: _structure(each) for each in STRUCTURES}
        for person in PEOPLE:
            _person(person, structures[person.structure])
        for structure, name, modality, ae_title, device in ROOMS:
            Room.objects.get_or_create(
                structure=structures[structure],
                station_ae_title=ae_title,
                defaults={"name": name, "modality": modality, "device": device, "buffer_minutes": 5},
            )
        open_rooms(structures["saint_aubin"])
        make_conventions(
            structures["saint_aubin"], structures["montbrezy"], structures["haute_lisiere"], at=at
        )
        _bring_proofs(at)
        _put_papers_in_force(structures, at)
        write_book(structures["saint_aubin"], by=get_person_actor("ines.marchal"), at=at)
        make_rosters(get_person_actor("nadia.ferrand"), at=at)
        for patient in PATIENTS:
            _patient(patient, structures["saint_aubin"], at)
        accompanied = get_patient("odette.garnier"), get_patient("martin.vasseur")
        write_carers(accompanied, by=get_person_actor("leo.bastien"), at=at)


def let_machines_in(*, at: datetime) -> dict[str, str]:
    """Shut out the machines of an earlier start; give a code to the gateway and a token to the tools."""
    site = get_structure("saint_aubin")
    earlier = list_machine_tokens(role=Role.EDGE).filter(label=GATEWAY, revoked_at=None)
    for machine_id in set(earlier.values_list("machine_id", flat=True)):
        revoke_machine(machine_id=machine_id, by=SYSTEM, at=at)
    ServiceToken.objects.filter(label=DICOMWEB_TOKEN).delete()
    return {
        "edge_code": issue_enrolment_code(label=GATEWAY, structure_id=site.pk, by=SYSTEM, at=at),
        "dicomweb_token": issue_service_token(
            label=DICOMWEB_TOKEN, role=Role.SERVICE, structure_id=site.pk, expires_at=at + TOKEN_LASTS
        ),
    }


def get_structure(key: str) -> Structure:
    """Return a structure of the territory."""
    wanted = next(each for each in STRUCTURES if each.key == key)
    return Structure.objects.get(issuer=wanted.issuer)


def get_patient(key: str) -> Patient:
    """Return a patient of the territory."""
    wanted = next(each for each in PATIENTS if each.key == key)
    return Patient.objects.get(ins=wanted.ins)


def get_person_actor(key: str) -> Actor:
    """Return one of the professionals as an actor."""
    wanted = next(each for each in PEOPLE if each.key == key)
    user = User.objects.get(email=wanted.email)
    structure = get_structure(wanted.structure)
    return Actor(
        id=user.pk,
        role=wanted.role,
        label=user.name,
        structure_id=structure.pk,
        structure_label=structure.name,
        session="demo",
    )


def _structure(wanted: DemoStructure) -> Structure:
    found, _is_new = Structure.objects.get_or_create(
        issuer=wanted.issuer,
        defaults={
            "name": wanted.name,
            "finess": wanted.finess,
            "city": wanted.city,
            "phone": wanted.phone,
            "lead_technologist_email": wanted.lead_technologist_email,
        },
    )
    return found


def _person(wanted: DemoPerson, structure: Structure) -> None:
    user = User.objects.filter(email=wanted.email).first()
    if user is None:
        user = User.objects.create_user(
            email=wanted.email, name=wanted.name, password=derive_password(wanted.email)
        )
        Membership.objects.create(user=user, structure=structure, role=wanted.role.value)
    if not Authenticator.objects.filter(user=user).exists():
        activate_totp(user=user, secret=derive_totp_secret(wanted.email))
    if wanted.rpps:
        Professional.objects.get_or_create(
            user=user,
            defaults={
                "rpps": wanted.rpps,
                "speciality": wanted.speciality,
                "phone": structure.phone,
            },
        )


def _put_papers_in_force(structures: dict[str, Structure], at: datetime) -> None:
    """Put papers in force at each site; one lacks its degraded mode, so that a newcomer sees what is said."""
    manager, physician = get_person_actor("bruno.kessel"), get_person_actor("camille.verdier")
    write_papers(structures["saint_aubin"], author=manager, approver=physician, at=at)
    write_papers_but_one(structures["montbrezy"], at=at)
    list_equipment(structures["saint_aubin"], by=get_person_actor("leo.bastien"), at=at)


def _bring_proofs(at: datetime) -> None:
    """Put in order who has an administrator, but for the two whose insurance says otherwise."""
    for person in PEOPLE:
        if person.structure not in _CHECKERS:
            continue
        left = _INSURED_FOR.get(person.key)
        bring_proofs(
            get_person_actor(person.key),
            checker=get_person_actor(_CHECKERS[person.structure]),
            at=at,
            insurance_until=timezone.localdate(at) + timedelta(days=left) if left else None,
        )


def _patient(wanted: DemoPatient, site: Structure, at: datetime) -> None:
    if Patient.objects.filter(ins=wanted.ins).exists():
        return
    patient = Patient(
        birth_name=wanted.birth_name,
        used_name=wanted.used_name,
        first_names=wanted.first_names,
        sex=wanted.sex,
        birth_date=wanted.birth_date,
        birth_place_code=wanted.commune,
        ins=wanted.ins,
        ins_oid=INS_DEMO_OID,
        identity_status=Patient.IdentityStatus.QUALIFIED,
        phone=wanted.phone,
    )
    register_patient(patient=patient, issuer=site.issuer, by=SYSTEM, at=at)
    for kind in (IdentityProof.Kind.INSI, IdentityProof.Kind.IDENTITY_CARD):
        IdentityProof.objects.create(
            patient=patient,
            kind=kind,
            seen_at=at,
            seen_by_id=SYSTEM.id,
            seen_by_label=SYSTEM.label,
            structure_label=site.name,
        )
    email = f"{wanted.key}@patients.example"
    User.objects.create_user(email=email, name=wanted.spoken_name, password=None, patient_id=patient.pk)
