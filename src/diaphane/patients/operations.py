"""Register a patient at a site, or link one whom another site knows, with an identifier of its own."""

import secrets
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.models import SEARCHED
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError

from .doubles import list_look_alikes, propose_doubles, propose_pair
from .likeness import has_same_traits
from .models import IdentityPair, Patient, PatientIdentifier

UNIDENTIFIED_NAME = "Inconnu"
_LABEL_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class LookAlikeError(ConflictError):
    """Someone with the same traits is known here: a person decides whether it is the same one (R40)."""

    def __init__(self, look_alikes: list[Patient]) -> None:
        super().__init__(_("A patient with this name and this birth date is already known here."))
        self.look_alikes = look_alikes


def register_new_patient(
    *, patient: Patient, issuer: str, is_distinct: bool, by: Actor, at: datetime, value: str = ""
) -> Patient:
    """Register a patient unless somebody here has the same traits, or a person said that they differ.

    One registration at a time per issuer and per INS, so that a double click cannot make two patients. An INS
    known at another site with the same traits is that patient: linked, not made again. With other traits, the
    INS stays with who holds it, and both identities are proposed to be compared. ``value`` is the number that
    the issuer itself gave, where it did; else one is made here.

    Raises:
        LookAlikeError: same name, given name and birth date, and ``is_distinct`` is not said.
    """
    with transaction.atomic():
        hold_registrations(issuer)
        if patient.ins:
            _wait_for(f"ins:{patient.ins}")
        holder = Patient.objects.filter(ins=patient.ins, ins_oid=patient.ins_oid).exclude(ins="").first()
        if holder is not None and has_same_traits(holder, patient):
            return link_patient(patient=holder, issuer=issuer, by=by, at=at, value=value)
        look_alikes = list_look_alikes(patient, issuer=issuer)
        if look_alikes and not is_distinct:
            raise LookAlikeError(look_alikes)
        claimed = patient.ins
        if holder is not None:
            patient.ins = patient.ins_oid = ""
        register_patient(patient=patient, issuer=issuer, by=by, at=at, value=value)
        if holder is not None:
            reasons = [IdentityPair.Reason.SAME_INS.value]
            propose_pair(one=patient, other=holder, reasons=reasons, claimed_ins=claimed, by=by, at=at)
        propose_doubles(patient=patient, issuer=issuer, by=by, at=at)
    return patient


def link_patient(*, patient: Patient, issuer: str, by: Actor, at: datetime, value: str = "") -> Patient:
    """Let a site know another site's patient, under an identifier of its own; once is enough."""
    with transaction.atomic():
        same = {"value": value} if value else {}
        if not patient.identifiers.filter(issuer=issuer, **same).exists():
            issue_identifier(patient, issuer, value)
            _trace("linked", patient, by, at)
    return patient


def record_search(*, found: int, by: Actor, at: datetime) -> None:
    """Trace that someone looked for a patient, and how many identities were shown; never the words (R43)."""
    record(SEARCHED, by=by, at=at, subject=Subject("patient", None), detail={"found": found})


def register_patient(*, patient: Patient, issuer: str, by: Actor, at: datetime, value: str = "") -> Patient:
    """Save a new patient with the number that the issuer gave, or the next one of ours.

    Raises:
        django.core.exceptions.ValidationError: a trait or the INS is not valid.
    """
    patient.full_clean()
    with transaction.atomic():
        patient.save(force_insert=True)
        issue_identifier(patient, issuer, value)
        _trace("registered", patient, by, at)
    return patient


def register_unidentified(*, sex: str, age: int, issuer: str, by: Actor, at: datetime) -> Patient:
    """Register somebody whom nobody can name yet, with an estimated age and a label that is said aloud.

    The name is « Inconnu », the given name a label drawn at random, with the day; the birth date is the first
    of January of the estimated year. The identity is provisional until it is settled.

    Raises:
        django.core.exceptions.ValidationError: the age is not one.
    """
    letters = "".join(secrets.choice(_LABEL_LETTERS) for _each in range(4))
    label = f"{letters}-{at:%d%m}"
    patient = Patient(
        birth_name=UNIDENTIFIED_NAME,
        first_names=label,
        sex=sex,
        birth_date=date(at.year - age, 1, 1),
        is_unidentified=True,
        unidentified_label=f"{UNIDENTIFIED_NAME} {label}",
    )
    return register_patient(patient=patient, issuer=issuer, by=by, at=at)


def issue_identifier(patient: Patient, issuer: str, value: str = "") -> None:
    """Give a local identifier; another patient's number at this issuer is impossible by its constraint."""
    value = value or f"D{str(patient.pk.int % 10**9).zfill(9)}"
    PatientIdentifier.objects.create(patient=patient, issuer=issuer, value=value)


def hold_registrations(issuer: str) -> None:
    """Let one registration at a time pass at an issuer, until the transaction ends."""
    _wait_for(f"register:{issuer}")


def _wait_for(*names: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _trace(name: str, patient: Patient, by: Actor, at: datetime) -> None:
    record(f"patient.{name}", by=by, at=at, subject=Subject("patient", patient.pk, patient_id=patient.pk))
