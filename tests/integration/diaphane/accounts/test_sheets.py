"""A patient comes in by the link of a mail, once, and the code of a sheet given after a check (R39, R46)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from diaphane.accounts.entering import (
    MOST_WRONG_CODES,
    PAUSE,
    EntryRefusedError,
    WrongSheetCodeError,
    enter,
)
from diaphane.accounts.mailed_keys import MOST_UNKNOWN
from diaphane.accounts.mailing import mail_sign_in_link
from diaphane.accounts.models import AccessSheet, SignInLink, User
from diaphane.accounts.operations import TooManyTriesError
from diaphane.accounts.sheets import (
    INVITATION_LASTS,
    LINK_LASTS,
    LINKS_ASKED,
    SHEET_LASTS,
    Given,
    ask_link,
    revoke_sheet,
)
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.inviting import invite_patient
from diaphane.patients.models import IdentityProof, Patient
from tests.browsing import note_open
from tests.factories import PatientFactory
from tests.scenes import Territory

EMAIL, OTHER = "odette@patients.example", "martin@patients.example"
CARD = IdentityProof.Kind.values[0]
WRONG = "0000-0000"


def give(territory: Territory, at: datetime, email: str = EMAIL, patient: Patient | None = None) -> Given:
    patient = patient or territory.patient
    return invite_patient(patient=patient, email=email, document=CARD, by=territory.technologist, at=at)


def open_mail(at: datetime) -> str:
    """Let the last mail leave, and return the key of its link."""
    link = SignInLink.objects.order_by("-created_at", "-id").first()
    assert link is not None
    mail_sign_in_link(link_id=link.pk, at=at)
    found = re.search(r"/acces/#(\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def reasons() -> list[str]:
    entries = Entry.objects.filter(action="patient_access.refused").order_by("id")
    return [each.detail["reason"] for each in entries]


def test_a_radiologist_gives_no_access(territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        invite_patient(patient=territory.patient, email=EMAIL, document=CARD, by=territory.imageur, at=at)
    with pytest.raises(NotAllowedError):
        revoke_sheet(patient_id=territory.patient.pk, by=territory.imageur, at=at)


@pytest.mark.parametrize("change", [{"is_doubtful": True}, {"is_unidentified": True}])
def test_an_identity_in_doubt_receives_none(
    territory: Territory, at: datetime, change: dict[str, bool]
) -> None:
    for name, value in change.items():
        setattr(territory.patient, name, value)
    with pytest.raises(GuardError):
        give(territory, at)


@pytest.mark.parametrize("document", ["", "insi", "library_card"])
def test_no_document_no_access(territory: Territory, at: datetime, document: str) -> None:
    with pytest.raises((GuardError, ConflictError)):
        invite_patient(
            patient=territory.patient, email=EMAIL, document=document, by=territory.technologist, at=at
        )
    assert not AccessSheet.objects.exists()


def test_an_address_is_one_person_s(territory: Territory, at: datetime) -> None:
    give(territory, at)
    with pytest.raises(ConflictError):
        give(territory, at, patient=PatientFactory())
    professional = User.objects.get(pk=territory.imageur.id).email
    with pytest.raises(ConflictError):
        give(territory, at, email=professional)


def test_the_link_and_the_code_open_an_account_without_a_password(territory: Territory, at: datetime) -> None:
    given = give(territory, at)
    account = enter(key=open_mail(at), code=f" {given.code.lower()} ", at=at)
    assert (account.email, account.patient_id) == (EMAIL, territory.patient.pk)
    assert not account.has_usable_password()
    entry = Entry.objects.get(action="patient_access.given")
    assert (entry.actor_id, entry.patient_id) == (territory.technologist.id, territory.patient.pk)
    assert entry.detail == {"document": CARD}
    assert Entry.objects.filter(action="patient_access.entered").count() == 1


def test_the_mail_names_nobody_and_nothing(territory: Territory, at: datetime) -> None:
    given = give(territory, at)
    open_mail(at)
    text = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}".lower()
    patient = territory.patient
    for secret in (patient.birth_name, patient.first_names, territory.site.name, given.code):
        assert secret.lower() not in text
    assert mail.outbox[-1].to == [EMAIL]


def test_neither_the_code_nor_the_key_is_kept(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    kept = f"{AccessSheet.objects.values()} {SignInLink.objects.values()} {Entry.objects.values()}"
    for secret in (given.code, given.code.replace("-", ""), key):
        assert secret not in kept


def test_a_link_serves_once(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    enter(key=key, code=given.code, at=at)
    with pytest.raises(EntryRefusedError, match="déjà servi"):
        enter(key=key, code=given.code, at=at)
    assert reasons() == ["used"]


def test_a_link_is_soon_over(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    with pytest.raises(EntryRefusedError, match="trop ancien"):
        enter(key=key, code=given.code, at=at + INVITATION_LASTS)
    ask_link(email=EMAIL, at=at)
    later = open_mail(at)
    with pytest.raises(EntryRefusedError, match="trop ancien"):
        enter(key=later, code=given.code, at=at + LINK_LASTS)
    assert reasons() == ["expired", "expired"]


def test_the_code_of_another_person_opens_nothing(territory: Territory, at: datetime) -> None:
    give(territory, at)
    key = open_mail(at)
    other = PatientFactory()
    theirs = give(territory, at, email=OTHER, patient=other)
    with pytest.raises(WrongSheetCodeError, match="4"):
        enter(key=key, code=theirs.code, at=at)
    assert not User.objects.filter(patient_id__in=[territory.patient.pk, other.pk]).exists()
    assert reasons() == ["wrong_code"]


def test_five_wrong_codes_make_one_wait_and_burn_the_links(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    for _time in range(MOST_WRONG_CODES - 1):
        with pytest.raises(WrongSheetCodeError):
            enter(key=key, code=WRONG, at=at)
    with pytest.raises(EntryRefusedError, match="quinze minutes"):
        enter(key=key, code=WRONG, at=at)
    ask_link(email=EMAIL, at=at)
    fresh = open_mail(at)
    with pytest.raises(EntryRefusedError, match="quinze minutes"):
        enter(key=fresh, code=given.code, at=at)
    with pytest.raises(EntryRefusedError, match="déjà servi"):
        enter(key=key, code=given.code, at=at + PAUSE)
    assert enter(key=fresh, code=given.code, at=at + PAUSE).patient_id == territory.patient.pk


def test_a_typing_slip_is_no_try(territory: Territory, at: datetime) -> None:
    give(territory, at)
    key = open_mail(at)
    for code in ("", "1234", "????-????"):
        with pytest.raises(WrongSheetCodeError, match="huit"):
            enter(key=key, code=code, at=at)
    assert AccessSheet.objects.get().wrong_codes == 0


def test_a_new_sheet_ends_the_earlier_one_and_changes_the_address(territory: Territory, at: datetime) -> None:
    old, key = give(territory, at), open_mail(at)
    first = enter(key=key, code=old.code, at=at)
    ask_link(email=EMAIL, at=at)
    of_old = open_mail(at)
    new = give(territory, at, email=OTHER)
    with pytest.raises(EntryRefusedError, match="remplacée"):
        enter(key=of_old, code=old.code, at=at)
    again = enter(key=open_mail(at), code=new.code, at=at)
    assert (again.pk, again.email) == (first.pk, OTHER)


def test_an_ended_or_old_sheet_opens_nothing(territory: Territory, at: datetime) -> None:
    given = give(territory, at)
    last = at + SHEET_LASTS - timedelta(minutes=10)
    ask_link(email=EMAIL, at=last)
    key = open_mail(last)
    with pytest.raises(EntryRefusedError, match="plus d’un an"):
        enter(key=key, code=given.code, at=at + SHEET_LASTS)
    assert revoke_sheet(patient_id=territory.patient.pk, by=territory.technologist, at=at) == 1
    assert revoke_sheet(patient_id=territory.patient.pk, by=territory.technologist, at=at) == 0
    with pytest.raises(EntryRefusedError):
        enter(key=key, code=given.code, at=last)


@pytest.mark.parametrize("ends", ["revoked", "replaced"])
def test_what_an_ended_sheet_opened_is_cut_and_its_passkeys_open_nothing(
    territory: Territory, at: datetime, client: Client, ends: str
) -> None:
    given = give(territory, at)
    account = enter(key=open_mail(at), code=given.code, at=at)
    client.force_login(account)
    note_open(client, Actor(id=account.pk, role=Role.PATIENT, label=account.name))
    Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone"})
    if ends == "revoked":
        revoke_sheet(patient_id=territory.patient.pk, by=territory.technologist, at=at)
    else:
        give(territory, at, email=OTHER)
    assert not Authenticator.objects.filter(user=account).exists()
    assert not Session.objects.filter(pk=client.session.session_key).exists()


def test_a_closed_account_stays_closed(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    account = enter(key=key, code=given.code, at=at)
    User.objects.filter(pk=account.pk).update(is_active=False)
    ask_link(email=EMAIL, at=at)
    with pytest.raises(EntryRefusedError, match="fermé"):
        enter(key=open_mail(at), code=given.code, at=at)


def test_links_are_asked_by_known_addresses_only_and_not_without_end(
    territory: Territory, at: datetime
) -> None:
    ask_link(email="personne@nulle-part.example", at=at)
    assert not SignInLink.objects.exists()
    give(territory, at)
    for _time in range(LINKS_ASKED + 3):
        ask_link(email=EMAIL.upper(), at=at)
    assert SignInLink.objects.count() == LINKS_ASKED
    ask_link(email=EMAIL, at=at + timedelta(hours=1))
    assert SignInLink.objects.count() == LINKS_ASKED + 1


def test_invented_links_are_refused_and_do_not_fill_the_trail(territory: Territory, at: datetime) -> None:
    given, key = give(territory, at), open_mail(at)
    for _time in range(MOST_UNKNOWN):
        with pytest.raises(EntryRefusedError, match="pas connu"):
            enter(key="invented", code=given.code, at=at)
    with pytest.raises(TooManyTriesError):
        enter(key="invented", code=given.code, at=at)
    assert len(reasons()) == MOST_UNKNOWN
    assert enter(key=key, code=given.code, at=at).patient_id == territory.patient.pk


def test_the_job_mails_a_link_once(territory: Territory, at: datetime, run_jobs: Callable[[], int]) -> None:
    give(territory, at)
    run_jobs()
    open_links = SignInLink.objects.exclude(mailed_at=None)
    assert open_links.count() == 1
    mail_sign_in_link(link_id=open_links.get().pk, at=at)
    assert len(mail.outbox) == 1
