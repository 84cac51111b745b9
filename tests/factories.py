"""Synthetic people and structures: test INS only (OID .10), numbers with their right keys."""

from datetime import date, timedelta
from uuid import UUID

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from diaphane.accounts.models import Professional, User
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import ins_key, luhn_is_valid, uuid7
from diaphane.organisations.models import (
    Convention,
    ConventionState,
    Credential,
    CredentialState,
    Membership,
    Paper,
    PaperKind,
    PaperState,
    Room,
    Structure,
)
from diaphane.organisations.papers.kinds import Activity, list_gating
from diaphane.organisations.standings import OWED
from diaphane.patients.models import Patient, PatientIdentifier

TEST_INS_OID = "1.2.250.1.213.1.4.10"
PASSWORD = "une-phrase-de-passe-de-test"


def with_luhn_key(digits: str) -> str:
    """Append the digit that makes Luhn's check pass."""
    return next(f"{digits}{key}" for key in range(10) if luhn_is_valid(f"{digits}{key}"))


def make_finess(number: int) -> str:
    """Return the FINESS of the nth fictitious structure."""
    return with_luhn_key(f"99{number:06d}")


def make_rpps(number: int) -> str:
    """Return the RPPS of the nth fictitious professional."""
    return with_luhn_key(f"899{number:07d}")


def make_ins(*, sex: str, birth_date: date, number: int) -> str:
    """Return a test NIR with its key: sex, year, month, department 99, commune and order from a number."""
    first = {"M": "1", "F": "2"}.get(sex, "1")
    nir = f"{first}{birth_date:%y%m}99{number // 1000 % 1000:03d}{number % 1000:03d}"
    return nir + ins_key(nir)


class StructureFactory(DjangoModelFactory):
    class Meta:
        model = Structure

    name = factory.Sequence(lambda n: f"Centre hospitalier de Lisière n° {n}")
    finess = factory.Sequence(make_finess)
    city = "Saint-Aubin-sur-Lisière"
    phone = "01 99 00 00 00"
    issuer = factory.Sequence(lambda n: f"LISIERE-{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Faker("name", locale="fr_FR")
    email = factory.Sequence(lambda n: f"personne-{n}@lisiere.example")
    password = factory.django.Password(PASSWORD)


class ProfessionalFactory(DjangoModelFactory):
    class Meta:
        model = Professional

    user = factory.SubFactory(UserFactory)
    rpps = factory.Sequence(make_rpps)
    speciality = "Radiodiagnostic et imagerie médicale"
    phone = "01 99 00 00 01"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    structure = factory.SubFactory(StructureFactory)
    role = Role.REQUESTING_PHYSICIAN.value


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    structure = factory.SubFactory(StructureFactory)
    name = "Scanner"
    modality = "CT"
    station_ae_title = factory.Sequence(lambda n: f"SCANNER{n}"[:16])
    device = "Scanner fictif 64 barrettes"


class ConventionFactory(DjangoModelFactory):
    class Meta:
        model = Convention

    requesting_site = factory.SubFactory(StructureFactory)
    reading_structure = factory.SubFactory(StructureFactory)
    reference = factory.Sequence(lambda n: f"CONV-{n:04d}")
    state = ConventionState.AGREED
    modalities = ["CT", "MR"]
    readers = ["imageur"]
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=335))


class PaperFactory(DjangoModelFactory):
    """A paper that another person approved and that runs for a year; ``written=True`` for one to approve."""

    class Meta:
        model = Paper

    class Params:
        written = factory.Trait(
            state=PaperState.WRITTEN,
            approved_by_id=None,
            approved_by_label="",
            approved_at=None,
            in_force_from=None,
            expires_on=None,
        )

    site = factory.SubFactory(StructureFactory)
    kind = PaperKind.PROJECT
    version = 1
    body = "## Objet\nTexte fictif."
    state = PaperState.APPROVED
    written_by_id = factory.LazyFunction(uuid7)
    written_by_label = "Cadre du service"
    written_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=31))
    approved_by_id = factory.LazyFunction(uuid7)
    approved_by_label = "Direction du site"
    approved_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    in_force_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=335))


class CredentialFactory(DjangoModelFactory):
    """A proof that was checked by another person and runs for a year; ``awaiting=True`` for one to check."""

    class Meta:
        model = Credential

    class Params:
        awaiting = factory.Trait(
            state=CredentialState.AWAITING, decided_by_id=None, decided_by_label="", decided_at=None
        )

    holder = factory.SubFactory(UserFactory)
    kind = Credential.Kind.INSURANCE
    reference = "Attestation fictive"
    issued_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=365))
    state = CredentialState.CHECKED
    deposited_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    decided_by_id = factory.LazyFunction(uuid7)
    decided_by_label = "Direction des affaires médicales"
    decided_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))


class PatientFactory(DjangoModelFactory):
    """A patient with a qualified identity; ``provisional=True`` for one without an INS."""

    class Meta:
        model = Patient

    class Params:
        number = factory.Sequence(lambda n: n)
        provisional = factory.Trait(ins="", ins_oid="", identity_status=Patient.IdentityStatus.PROVISIONAL)

    sex = factory.Iterator(["F", "M"])
    birth_name = factory.Faker("last_name", locale="fr_FR")
    first_names = factory.LazyAttribute(lambda each: {"F": "Colette Marie", "M": "Lucien Paul"}[each.sex])
    birth_date = date(1954, 3, 17)
    birth_place_code = "99999"
    ins = factory.LazyAttribute(
        lambda each: make_ins(sex=each.sex, birth_date=each.birth_date, number=each.number)
    )
    ins_oid = TEST_INS_OID
    identity_status = Patient.IdentityStatus.QUALIFIED
    phone = "06 99 00 00 00"


class PatientIdentifierFactory(DjangoModelFactory):
    class Meta:
        model = PatientIdentifier

    patient = factory.SubFactory(PatientFactory)
    issuer = factory.Sequence(lambda n: f"LISIERE-{n}")
    value = factory.Sequence(lambda n: f"D{n:09d}")


def actor_of(membership: Membership, *, session: str = "session") -> Actor:
    """Return the actor that a person is in one role at one structure."""
    return Actor(
        id=membership.user_id,
        role=Role(membership.role),
        label=membership.user.name,
        structure_id=membership.structure_id,
        structure_label=membership.structure.name,
        session=session,
    )


def make_actor(role: Role, structure: Structure) -> Actor:
    """Create a professional in order, employed in a role, and return who they are when they act."""
    membership = MembershipFactory(structure=structure, role=role.value)
    ProfessionalFactory(user=membership.user)
    put_in_order(membership.user, role)
    return actor_of(membership)


def put_in_order(user: User, role: Role) -> None:
    """Give a person every proof that a role owes, checked."""
    Credential.objects.bulk_create(
        CredentialFactory.build(holder=user, kind=kind) for kind in OWED.get(role, ())
    )


def put_papers_in_force(site: Structure) -> None:
    """Give a site every paper without which its requests stay where they are, approved."""
    kinds = list_gating(Activity.TELEDIAGNOSIS)
    Paper.objects.bulk_create(PaperFactory.build(site=site, kind=kind) for kind in kinds)


def put_out_of_order(actor: Actor, kind: str, **changes: object) -> None:
    """Let one proof of a person have expired yesterday, or change it otherwise."""
    expired = {"expires_on": timezone.localdate() - timedelta(days=1)}
    Credential.objects.filter(holder_id=actor.id, kind=kind).update(**(changes or expired))


def make_patient_actor(patient: Patient) -> Actor:
    """Create a patient's account and return who acts through it."""
    user = UserFactory(name=patient.display_name, patient_id=patient.pk)
    return Actor(
        id=user.pk, role=Role.PATIENT, label=user.name, patient_id=UUID(str(patient.pk)), session="session"
    )
