"""Apply what the hospital says of an identity: found or made, never overwritten where it is trusted (R40)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError
from diaphane.kernel.identifiers import is_valid_ins
from diaphane.patients.correcting import correct_traits, record_death
from diaphane.patients.models import Patient, PatientIdentifier
from diaphane.patients.operations import hold_registrations, register_new_patient
from diaphane.patients.queries import find_survivor
from diaphane_exchange.hl7v2.adt import MERGE, Adt, Identifier, Person
from diaphane_exchange.hl7v2.profile import load_profile
from diaphane_exchange.hl7v2.refusals import Reason, RefusedMessageError

from .claiming import take_ins
from .comparing import is_strict, list_changes, traits_said, was_put_right
from .joining import join_identities
from .models import MessageState, ReceivedMessage
from .proposing import propose

_REQUIRED = {"birth_name": "PID^1^5", "first_names": "PID^1^5", "birth_date": "PID^1^7"}


@dataclass
class Application:
    """One message being applied: who acts, when, and what is worth saying of it."""

    message: ReceivedMessage
    adt: Adt
    by: Actor
    at: datetime
    notes: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Return the site's issuer, which the hospital's numbers (IPP) belong to."""
        return self.message.peer.structure.issuer

    @property
    def reason(self) -> str:
        """Return what a correction says of where it comes from."""
        words = {"event": self.adt.header.event, "number": self.adt.header.control_id[:60]}
        return _("Message %(event)s of the hospital, number %(number)s") % words


def apply_adt(applying: Application) -> Patient:
    """Apply one message, within the caller's transaction, and return whose identity it was.

    Raises:
        RefusedMessageError: no number of the site, or no trait to register somebody with.
        ConflictError: a later message was applied already, or the identity must be settled first.
        django.core.exceptions.ValidationError: a trait is none that anybody has.
    """
    adt, person = applying.adt, applying.adt.person
    local = find_local(person.identifiers, applying.message.peer.authority)
    if local is None:
        raise RefusedMessageError(Reason.REQUIRED, "PID^1^3")
    hold_registrations(applying.issuer)
    patient = find_by_number(local.value, issuer=applying.issuer)
    if patient is None:
        patient = _register(applying, local)
    else:
        _refuse_late(applying, patient)
        _update(applying, patient)
    patient.refresh_from_db()
    _note_death(applying, patient)
    if adt.header.event == MERGE:
        join_identities(
            applying.message, adt.prior, patient, notes=applying.notes, by=applying.by, at=applying.at
        )
    return find_survivor(Patient.objects.get(pk=patient.pk))


def find_local(identifiers: tuple[Identifier, ...], authority: str) -> Identifier | None:
    """Return the site's own number among those of a person, by who gave it, never by its place."""
    return next((each for each in identifiers if each.is_from(authority)), None)


def find_by_number(value: str, *, issuer: str) -> Patient | None:
    """Return who has this number at the site now, after whatever merges."""
    kept = PatientIdentifier.objects.filter(issuer=issuer, value=value).select_related("patient").first()
    return find_survivor(kept.patient) if kept else None


def find_ins(person: Person) -> Identifier | None:
    """Return the INS that a message says, by its OID."""
    return next((each for each in person.identifiers if each.oid in load_profile().ins_oids), None)


def _register(applying: Application, local: Identifier) -> Patient:
    """Register somebody new under the hospital's number; who looks like them is proposed to be compared."""
    person = applying.adt.person
    said = traits_said(person)
    for name, location in _REQUIRED.items():
        if name not in said:
            raise RefusedMessageError(Reason.REQUIRED, location)
    born = date.fromisoformat(said.pop("birth_date"))
    patient = Patient(birth_date=born, **{"sex": Patient.Sex.UNKNOWN.value, **said})
    claimed = find_ins(person)
    if claimed and is_valid_ins(claimed.value):
        patient.ins, patient.ins_oid = claimed.value, claimed.oid
    elif claimed:
        applying.notes.append(_wrong_ins())
    return register_new_patient(
        patient=patient,
        issuer=applying.issuer,
        is_distinct=True,
        value=local.value,
        by=applying.by,
        at=applying.at,
    )


def _update(applying: Application, patient: Patient) -> None:
    changes = list_changes(patient, traits_said(applying.adt.person))
    claimed = find_ins(applying.adt.person)
    if claimed and not is_valid_ins(claimed.value):
        applying.notes.append(_wrong_ins())
        claimed = None
    if changes and _must_be_decided(patient, changes):
        propose(applying.message, patient, changes, notes=applying.notes, by=applying.by, at=applying.at)
    elif changes:
        correct_traits(
            patient_id=patient.pk,
            traits=with_traits(patient, changes),
            reason=applying.reason,
            proof="",
            by=applying.by,
            at=applying.at,
        )
    if claimed:
        take_ins(applying.message, patient.pk, claimed, notes=applying.notes, by=applying.by, at=applying.at)


def _must_be_decided(patient: Patient, changes: dict[str, str]) -> bool:
    """Say whether a person decides: the identity is trusted or doubted, or this was put right before."""
    is_trusted = patient.identity_status != Patient.IdentityStatus.PROVISIONAL
    is_shaken = patient.is_doubtful or patient.is_fictitious or patient.is_unidentified
    return (is_strict(changes) and (is_trusted or is_shaken)) or was_put_right(patient, changes)


def with_traits(patient: Patient, changes: dict[str, str]) -> Patient:
    """Return the identity as the changes would make it, unsaved."""
    traits = Patient.objects.get(pk=patient.pk)
    for name, value in changes.items():
        setattr(traits, name, date.fromisoformat(value) if name == "birth_date" else value)
    return traits


def _refuse_late(applying: Application, patient: Patient) -> None:
    """Let no earlier message undo a later one. Raises ConflictError."""
    sent_at = applying.message.sent_at
    later = ReceivedMessage.objects.filter(patient=patient, state=MessageState.APPLIED, sent_at__gt=sent_at)
    if sent_at is not None and later.exclude(pk=applying.message.pk).exists():
        raise ConflictError(_("A later message about this patient was already applied."))


def _note_death(applying: Application, patient: Patient) -> None:
    person = applying.adt.person
    if person.deceased_on is None:
        if person.is_dead and patient.deceased_on is None:
            applying.notes.append(_("The death is said without its day: it is not written."))
        return
    if patient.deceased_on is None:
        record_death(
            patient_id=patient.pk,
            on=person.deceased_on,
            reason=applying.reason,
            by=applying.by,
            at=applying.at,
        )
    elif patient.deceased_on != person.deceased_on:
        applying.notes.append(_("Another day of death is on record: it stays."))


def _wrong_ins() -> str:
    return _("The INS has a wrong key: it was left out.")
