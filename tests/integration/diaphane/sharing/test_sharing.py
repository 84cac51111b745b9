"""Who may show a study outside, what is asked first, what the mail says, and how a link is closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from diaphane.acts.models import Act, Duty
from diaphane.audit.models import Entry
from diaphane.consents.operations import record_consent
from diaphane.delivery.operations import AnnouncementFailedError
from diaphane.events.models import Event
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.placements import drop_emptied, move_to
from diaphane.imaging.quarantining import quarantine_study
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.sharing.keys import digest_of, is_code, plain
from diaphane.sharing.mailing import mail_link
from diaphane.sharing.models import LinkState, SharedLink
from diaphane.sharing.operations import (
    PATIENT_TOLD_OF_LINK,
    record_told_of_link,
    revoke_link,
    share_study,
)
from diaphane.sharing.queries import get_link, list_links
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.joins import put_beside
from tests.links import NEUROSURGEON, TERMS, receive_key, shared
from tests.reading_scenes import acquired, make_edge
from tests.scenes import Territory, make_territory


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose two images have come."""
    return acquired(territory).act


def test_those_whose_role_or_site_is_another_show_nothing(act: Act, territory: Territory) -> None:
    strangers = (
        territory.outsider,
        territory.technologist,
        make_actor(Role.ADMINISTRATOR, territory.site),
        make_actor(Role.TREATING_PHYSICIAN, territory.site),
        make_patient_actor(territory.patient),
    )
    for stranger in strangers:
        with pytest.raises(NotAllowedError):
            shared(act, by=stranger)
    assert not SharedLink.objects.exists()


def test_images_of_another_exam_are_not_shown(act: Act, territory: Territory, at: datetime) -> None:
    waiting = store_instance(content=make_ct(), by=make_edge(territory), at=at).study
    with pytest.raises(NotAllowedError):
        shared(act, by=territory.imageur, study=waiting)


@pytest.mark.parametrize("agreement", ["", "refused", "yes"])
def test_without_the_patients_agreement_nothing_is_sent(
    agreement: str, act: Act, territory: Territory
) -> None:
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester, terms=replace(TERMS, agreement=agreement))
    [missing] = refusal.value.missing
    assert (missing.requirement, missing.field) == ("CSP L1110-4", "agreement")
    assert not SharedLink.objects.exists()


def test_a_patient_who_refused_the_distance_is_not_shown_outside(
    act: Act, territory: Territory, at: datetime
) -> None:
    record_consent(
        act=act, subject="distance", outcome="refused", source="patient", by=territory.requester, at=at
    )
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester)
    assert [each.requirement for each in refusal.value.missing] == ["R57"]


@pytest.mark.parametrize("field", ["name", "profession", "structure", "email"])
def test_nobody_is_shown_anything_without_a_name_and_an_address(
    field: str, act: Act, territory: Territory
) -> None:
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester, recipient=replace(NEUROSURGEON, **{field: "  "}))
    assert [each.field for each in refusal.value.missing] == [f"recipient_{field}"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "%0aBcc:", "\u2028"])
def test_a_line_end_in_an_address_makes_no_header(end: str, act: Act, territory: Territory) -> None:
    address = f"{NEUROSURGEON.email}{end}Bcc: curieux@ailleurs.example"
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester, recipient=replace(NEUROSURGEON, email=address))
    assert [each.field for each in refusal.value.missing] == ["recipient_email"]
    assert not mail.outbox


@pytest.mark.parametrize("address", ["y.carrel@gmail.com", "y.carrel@Orange.FR", "not an address"])
def test_a_personal_mailbox_is_refused(address: str, act: Act, territory: Territory) -> None:
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester, recipient=replace(NEUROSURGEON, email=address))
    assert [each.requirement for each in refusal.value.missing] == ["R49"]


@pytest.mark.parametrize(("name", "value"), [("purpose", " "), ("hours", 0), ("hours", 169), ("hours", -24)])
def test_a_reason_and_a_short_time_are_asked_for(
    name: str, value: str | int, act: Act, territory: Territory
) -> None:
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.requester, terms=replace(TERMS, **{name: value}))
    assert [each.field for each in refusal.value.missing] == [name]


def test_the_report_does_not_go_with_earlier_images(act: Act, territory: Territory, at: datetime) -> None:
    earlier = store_instance(content=make_ct(), by=make_edge(territory), at=at).study
    assert earlier is not None
    put_beside(earlier, act, territory, at=at)
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.imageur, study=earlier, terms=replace(TERMS, with_report=True))
    assert [each.field for each in refusal.value.missing] == ["with_report"]


def test_the_same_form_makes_one_link(act: Act, territory: Territory, at: datetime) -> None:
    number, study = uuid4(), Study.objects.get(act=act)
    once = {"link_id": number, "act": act, "study": study, "recipient": NEUROSURGEON, "terms": TERMS}
    share_study(**once, by=territory.requester, at=at)  # type: ignore[arg-type]
    with pytest.raises(ConflictError):
        share_study(**once, by=territory.requester, at=at)  # type: ignore[arg-type]
    assert SharedLink.objects.count() == 1


def test_neither_secret_is_kept(act: Act, territory: Territory, run_jobs: Callable[[], int]) -> None:
    sent = shared(act, by=territory.requester)
    key = receive_key(sent)
    link = SharedLink.objects.get()
    assert link.key_digest == digest_of(key)
    assert len(key) >= 43  # 256 bits
    assert is_code(sent.code, link.code_hash)
    assert len(plain(sent.code)) == 8
    kept = " ".join(str(value) for value in SharedLink.objects.values_list().get())
    told = " ".join(str(row) for row in [*Entry.objects.values(), *Event.objects.values()])
    for secret in (key, sent.code, plain(sent.code)):
        assert secret not in kept
        assert secret not in told


def test_the_mail_says_nothing_of_the_patient_nor_of_the_exam(
    act: Act, territory: Territory, run_jobs: Callable[[], int]
) -> None:
    sent = shared(act, by=territory.requester)
    run_jobs()
    [message] = mail.outbox
    said = f"{message.subject}\n{message.body}".lower()
    assert message.to == [NEUROSURGEON.email]
    assert territory.requester.label.lower() in said
    patient, request = territory.patient, act.request
    secrets = [patient.birth_name, patient.first_names, patient.ins, act.accession_number, sent.code]
    secrets += [act.study_instance_uid, request.question, request.history, TERMS.purpose, territory.site.name]
    secrets += [str(act.pk), str(sent.link.pk), "scanner", "crân", f"{patient.birth_date:%d/%m/%Y}"]
    for secret in secrets:
        assert secret.lower() not in said, secret


def test_a_mail_leaves_once(act: Act, territory: Territory, at: datetime) -> None:
    sent = shared(act, by=territory.requester)
    key = receive_key(sent, at=at)
    mail_link(link_id=sent.link.pk, at=at)
    assert len(mail.outbox) == 1
    link = SharedLink.objects.get()
    assert (link.key_digest, link.mailed_at) == (digest_of(key), at)


def test_a_mail_that_failed_is_shown_and_the_next_one_has_a_key_of_its_own(
    act: Act, territory: Territory, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = shared(act, by=territory.requester)
    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", lambda self: raise_(SMTPServerDisconnected("away")))
        with pytest.raises(AnnouncementFailedError):
            mail_link(link_id=sent.link.pk, at=at)
    link = SharedLink.objects.get()
    assert link.state_at(at) is LinkState.FAILED
    assert digest_of(receive_key(sent, at=at)) != link.key_digest
    assert SharedLink.objects.get().state_at(at) is LinkState.SENT


def test_no_mail_leaves_for_a_link_revoked_meanwhile(act: Act, territory: Territory, at: datetime) -> None:
    sent = shared(act, by=territory.requester)
    revoke_link(link=sent.link, by=territory.requester, at=at)
    mail_link(link_id=sent.link.pk, at=at)
    assert mail.outbox == []


def test_a_link_lasts_as_long_as_was_chosen(act: Act, territory: Territory, at: datetime) -> None:
    link = shared(act, by=territory.requester, terms=replace(TERMS, hours=72), at=at).link
    assert link.state_at(at + timedelta(hours=71, minutes=59)) is LinkState.WAITING
    assert link.state_at(at + timedelta(hours=72)) is LinkState.EXPIRED


def test_the_database_refuses_a_link_that_never_opens(act: Act, territory: Territory, at: datetime) -> None:
    shared(act, by=territory.requester)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedLink.objects.update(expires_at=at - timedelta(days=1))


def test_a_colleague_of_the_act_revokes_and_a_stranger_does_not(
    act: Act, territory: Territory, at: datetime
) -> None:
    link = shared(act, by=territory.requester).link
    for stranger in (
        territory.outsider,
        territory.technologist,
        make_actor(Role.IMAGEUR, StructureFactory()),
    ):
        with pytest.raises(NotAllowedError):
            revoke_link(link=link, by=stranger, at=at)
        with pytest.raises(SharedLink.DoesNotExist):
            get_link(link.pk, act_id=act.pk, actor=stranger)
        assert not list_links(act, actor=stranger).exists()
    colleague = make_actor(Role.REQUESTING_PHYSICIAN, territory.site)
    revoke_link(link=get_link(link.pk, act_id=act.pk, actor=colleague), by=colleague, at=at)
    with pytest.raises(ConflictError):
        revoke_link(link=link, by=territory.requester, at=at)
    kept = SharedLink.objects.get()
    assert (kept.state_at(at), kept.revoked_by_label) == (LinkState.REVOKED, colleague.label)
    actions = Entry.objects.filter(subject_id=link.pk).order_by("id").values_list("action", "actor_id")
    assert list(actions) == [("link.created", territory.requester.id), ("link.revoked", colleague.id)]


def test_in_an_emergency_the_patient_is_told_afterwards(act: Act, territory: Territory, at: datetime) -> None:
    shared(act, by=territory.imageur, terms=replace(TERMS, agreement="impossible"))
    [duty] = Duty.objects.filter(act=act, guard=PATIENT_TOLD_OF_LINK)
    assert (duty.requirement, duty.state) == ("R59", Duty.State.OPEN)
    with pytest.raises(NotAllowedError):
        record_told_of_link(act=act, by=territory.outsider, at=at)
    record_told_of_link(act=act, by=territory.requester, at=at)
    duty.refresh_from_db()
    assert duty.state == Duty.State.DONE


def raise_(error: Exception) -> None:
    raise error


def test_images_in_quarantine_are_shown_to_nobody_outside(
    act: Act, territory: Territory, at: datetime
) -> None:
    quarantine_study(study=Study.objects.get(act=act), reason="Autre patient ?", by=territory.imageur, at=at)
    with pytest.raises(GuardError) as refusal:
        shared(act, by=territory.imageur)
    assert [each.requirement for each in refusal.value.missing] == ["R40"]


def test_a_study_that_was_shown_stays_when_its_images_join_another(
    act: Act, territory: Territory, at: datetime
) -> None:
    shown = Study.objects.get(act=act)
    link = shared(act, by=territory.requester, study=shown).link
    other = store_instance(content=make_ct(), by=make_edge(territory), at=at).study
    assert other is not None
    move_to(other, Instance.objects.filter(series__study=shown))
    drop_emptied([shown], into=other)
    assert not shown.series.exists()
    assert get_link(link.pk, act_id=act.pk, actor=territory.requester).study == shown


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_left_is_told_in_a_transaction_of_its_own() -> None:
    territory = make_territory()
    sent = shared(acquired(territory).act, by=territory.requester)
    receive_key(sent)
    assert Event.objects.filter(kind="link.mailed").count() == 1
    receive = SharedLink.objects.get(pk=sent.link.pk)
    assert receive.mailed_at is not None
