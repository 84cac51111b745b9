"""A proof counts once another person has checked it, and until its last day (R18–R20, R24)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.documents import LARGEST
from diaphane.organisations.models import Credential, CredentialState, CredentialStep
from diaphane.organisations.proving import Proof, check_credential, deposit_credential, refuse_credential
from diaphane.organisations.standings import Standing, find_lack, weigh_point
from tests.documents import PAGE, PDF, PROGRAM, make_png
from tests.factories import CredentialFactory, StructureFactory, make_actor, make_patient_actor
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
KIND = Credential.Kind.INSURANCE


def make_proof(**changes: object) -> Proof:
    today = timezone.localdate()
    proof = Proof(KIND, "P-1", "Assureur fictif", today - timedelta(1), today + timedelta(300))
    return replace(proof, **changes)  # type: ignore[arg-type]


def bring(by: Actor, document: bytes = PDF, **changes: object) -> Credential:
    return deposit_credential(proof=make_proof(**changes), document=document, by=by, at=now())


@pytest.fixture
def administrator(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.reader)


def test_a_patient_has_no_professional_file(territory: Territory) -> None:
    with pytest.raises(NotAllowedError):
        bring(make_patient_actor(territory.patient))


def test_the_administrator_of_another_structure_finds_nothing(territory: Territory) -> None:
    brought = bring(territory.imageur)
    stranger = make_actor(Role.ADMINISTRATOR, StructureFactory())
    with pytest.raises(Credential.DoesNotExist):
        check_credential(credential_id=brought.pk, by=stranger, at=now())


def test_a_colleague_sees_no_proof_and_checks_none(territory: Territory) -> None:
    brought, colleague = bring(territory.imageur), make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(Credential.DoesNotExist):
        check_credential(credential_id=brought.pk, by=colleague, at=now())


def test_nobody_checks_their_own_proof_and_the_trail_keeps_that_it_was_tried(administrator: Actor) -> None:
    brought = bring(administrator)
    with pytest.raises(GuardError):
        check_credential(credential_id=brought.pk, by=administrator, at=now())
    assert Credential.objects.get(pk=brought.pk).state == CredentialState.AWAITING
    assert Entry.objects.filter(action="credential.own_refused", subject_id=brought.pk).count() == 1


def test_the_database_itself_refuses_that_one_checks_oneself(territory: Territory) -> None:
    with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        CredentialFactory(holder_id=territory.imageur.id, decided_by_id=territory.imageur.id)
    with pytest.raises(IntegrityError, match="after_its_issue"), transaction.atomic():
        CredentialFactory(expires_on=timezone.localdate() - timedelta(days=400))


@pytest.mark.parametrize("document", [b"", PROGRAM, PAGE, b"%PDF-1.7 cut", make_png()[:40]])
def test_what_is_neither_a_pdf_nor_an_image_is_not_kept(territory: Territory, document: bytes) -> None:
    with pytest.raises(GuardError) as refusal:
        bring(territory.imageur, document)
    assert [each.field for each in refusal.value.missing] == ["document"]


def test_a_document_that_is_too_large_is_not_kept(territory: Territory) -> None:
    with pytest.raises(GuardError, match="document"):
        bring(territory.imageur, PDF + b" " * LARGEST)


@pytest.mark.parametrize(
    ("issued", "expires", "field"),
    [(1, 300, "issued_on"), (-10, -11, "expires_on"), (-400, -1, "expires_on"), (-10, None, "expires_on")],
    ids=["issued tomorrow", "expires before its issue", "expired", "an insurance without an end"],
)
def test_dates_that_cannot_be_are_refused(
    territory: Territory, issued: int, expires: int | None, field: str
) -> None:
    today = timezone.localdate()
    until = None if expires is None else today + timedelta(expires)
    with pytest.raises(GuardError) as refusal:
        bring(territory.imageur, issued_on=today + timedelta(issued), expires_on=until)
    assert field in [each.field for each in refusal.value.missing]


def test_a_refusal_needs_its_reason(territory: Territory, administrator: Actor) -> None:
    brought = bring(territory.imageur)
    with pytest.raises(GuardError):
        refuse_credential(credential_id=brought.pk, reason=" ", by=administrator, at=now())
    refuse_credential(credential_id=brought.pk, reason="Illisible", by=administrator, at=now())
    with pytest.raises(ConflictError):
        check_credential(credential_id=brought.pk, by=administrator, at=now())


def test_a_proof_counts_once_checked_and_its_history_is_kept(
    territory: Territory, administrator: Actor
) -> None:
    Credential.objects.filter(holder_id=territory.imageur.id, kind=KIND).delete()
    today, who = timezone.localdate(), territory.imageur.id
    assert find_lack(who, KIND, on=today) is not None
    brought = bring(territory.imageur, make_png())
    awaiting = find_lack(who, KIND, on=today)
    assert awaiting is not None
    assert "administration" in str(awaiting.who)
    check_credential(credential_id=brought.pk, by=administrator, at=now())
    assert find_lack(who, KIND, on=today) is None
    refuse_credential(credential_id=brought.pk, reason="Faux", by=administrator, at=now())
    assert find_lack(who, KIND, on=today) is not None
    steps = CredentialStep.objects.filter(credential=brought).values_list("transition", "actor_label")
    checked_by = administrator.label
    assert list(steps) == [
        ("deposit", territory.imageur.label),
        ("check", checked_by),
        ("refuse", checked_by),
    ]


def test_the_last_day_counts_and_a_newer_proof_takes_over() -> None:
    today = timezone.localdate()
    ending = CredentialFactory.build(expires_on=today)
    assert weigh_point(KIND, [ending], on=today).standing is Standing.SOON
    assert weigh_point(KIND, [ending], on=today + timedelta(days=1)).standing is Standing.EXPIRED
    newer = CredentialFactory.build(expires_on=today + timedelta(days=400))
    assert weigh_point(KIND, [ending, newer], on=today).standing is Standing.IN_ORDER
    awaiting = CredentialFactory.build(awaiting=True)
    assert weigh_point(KIND, [ending, awaiting], on=today).standing is Standing.SOON
