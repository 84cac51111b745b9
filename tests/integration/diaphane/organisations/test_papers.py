"""A paper is written, approved by another, in force until its day, and kept (R7, R8, R15–R17, R27)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.models import Paper, PaperKind, PaperPledge, PaperState, PaperWarning
from diaphane.organisations.papers.expiring import mail_paper_warnings, note_paper_expiries
from diaphane.organisations.papers.force import find_in_force, find_lacking, weigh_papers
from diaphane.organisations.papers.kinds import KINDS, Activity
from diaphane.organisations.papers.queries import get_paper, list_unpledged
from diaphane.organisations.papers.starting import TO_ADAPT, is_model, read_starter
from diaphane.organisations.papers.writing import (
    add_months,
    approve_paper,
    pledge_paper,
    withdraw_paper,
    write_paper,
)
from diaphane.organisations.standings import Standing
from tests.factories import PaperFactory, StructureFactory, make_actor, put_papers_in_force
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
TEXT = "## Objet\nLire à distance la nuit.\n- Scanner\n- IRM"


@pytest.fixture
def manager() -> Actor:
    """The administrator of a site that has written nothing yet."""
    return make_actor(Role.ADMINISTRATOR, StructureFactory())


@pytest.fixture
def physician(manager: Actor) -> Actor:
    return replace(
        make_actor(Role.REQUESTING_PHYSICIAN, StructureFactory()), structure_id=manager.structure_id
    )


def write(by: Actor, kind: PaperKind = PaperKind.PROJECT, body: str = TEXT) -> Paper:
    return write_paper(kind=kind, body=body, by=by, at=now())


def today() -> date:
    return timezone.localdate()


def test_a_role_that_does_not_write_a_kind_is_refused(manager: Actor) -> None:
    technologist = replace(manager, role=Role.TECHNOLOGIST)
    for actor, kind in (
        (technologist, PaperKind.PROJECT),
        (manager, PaperKind.PROGNOSIS),
        (replace(manager, role=Role.DPO), PaperKind.RISKS),
        (replace(manager, structure_id=None), PaperKind.RISKS),
    ):
        with pytest.raises(NotAllowedError):
            write(actor, kind)
    assert not Paper.objects.exists()


@pytest.mark.parametrize("kind", PaperKind)
def test_each_kind_has_a_model_which_is_not_kept_as_it_is(kind: PaperKind, manager: Actor) -> None:
    model = read_starter(kind)
    assert is_model(model)
    assert model.count("## ") >= 2
    writer = replace(manager, role=sorted(KINDS[kind].writers)[0])
    for body in (model, "", "  \n", f"Presque prêt, {TO_ADAPT.upper()} : qui]"):
        with pytest.raises(GuardError) as refusal:
            write(writer, kind, body)
        assert [each.field for each in refusal.value.missing] == ["body"]
    assert not Paper.objects.exists()


def test_a_paper_counts_once_another_has_approved_it(manager: Actor, physician: Actor) -> None:
    site = manager.structure_id
    assert site is not None
    written = write(manager)
    assert find_in_force(site, PaperKind.PROJECT, on=today()) is None
    with pytest.raises(GuardError) as refusal:
        approve_paper(paper_id=written.pk, by=manager, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R17"]
    approved = approve_paper(paper_id=written.pk, by=physician, at=now())
    assert approved.approved_by_label == physician.label
    assert approved.expires_on == add_months(today(), 36)
    assert find_in_force(site, PaperKind.PROJECT, on=today()) == approved
    assert set(Entry.objects.filter(action__startswith="paper.").values_list("action", flat=True)) == {
        "paper.write",
        "paper.approve",
    }


def test_another_site_neither_finds_nor_approves_it(manager: Actor) -> None:
    written = write(manager)
    stranger = make_actor(Role.ADMINISTRATOR, StructureFactory())
    with pytest.raises(Paper.DoesNotExist):
        get_paper(written.pk, actor=stranger)
    with pytest.raises(Paper.DoesNotExist):
        approve_paper(paper_id=written.pk, by=stranger, at=now())


def test_who_reads_for_a_site_reads_its_papers_and_approves_none(territory: Territory) -> None:
    manager = make_actor(Role.ADMINISTRATOR, territory.site)
    written = write(manager)
    assert get_paper(written.pk, actor=territory.imageur) == written
    with pytest.raises(Paper.DoesNotExist):
        approve_paper(paper_id=written.pk, by=territory.imageur, at=now())


def test_a_new_version_leaves_the_earlier_one_in_force_until_it_is_approved(
    manager: Actor, physician: Actor
) -> None:
    first = approve_paper(paper_id=write(manager).pk, by=physician, at=now())
    second = write(physician, body="## Objet\nLire aussi le jour.")
    assert (first.version, second.version) == (1, 2)
    assert find_in_force(first.site_id, PaperKind.PROJECT, on=today()) == first
    approve_paper(paper_id=second.pk, by=manager, at=now())
    assert find_in_force(first.site_id, PaperKind.PROJECT, on=today()) == second
    assert Paper.objects.get(pk=first.pk).body == TEXT


def test_an_earlier_version_is_no_longer_approved(manager: Actor, physician: Actor) -> None:
    first, _second = write(manager), write(manager)
    with pytest.raises(GuardError):
        approve_paper(paper_id=first.pk, by=physician, at=now())


def test_the_database_refuses_to_change_what_was_written_or_to_let_one_approve_oneself(
    manager: Actor,
) -> None:
    written = write(manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=written.pk).update(body="Autre chose")
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=written.pk).update(approved_by_id=manager.id)
    assert Paper.objects.get(pk=written.pk).body == TEXT


def test_a_withdrawn_version_gives_way_to_the_one_before(manager: Actor, physician: Actor) -> None:
    first = approve_paper(paper_id=write(manager).pk, by=physician, at=now())
    second = approve_paper(paper_id=write(manager).pk, by=physician, at=now())
    with pytest.raises(GuardError):
        withdraw_paper(paper_id=second.pk, reason=" ", by=manager, at=now())
    gone = withdraw_paper(paper_id=second.pk, reason="Erreur de numéro", by=manager, at=now())
    assert gone.state == PaperState.WITHDRAWN
    assert find_in_force(first.site_id, PaperKind.PROJECT, on=today()) == first


def test_an_expired_paper_closes_the_activity_and_is_named(manager: Actor) -> None:
    site = manager.structure_id
    assert site is not None
    lacking = find_lacking(site, Activity.TELEDIAGNOSIS, on=today())
    assert lacking is not None
    assert [each.requirement for each in lacking.flatten()] == [
        *("R7", "R8", "R12", "R15", "R15", "R15", "R15", "R16")
    ]
    put_papers_in_force(make_site(manager))
    assert find_lacking(site, Activity.TELEDIAGNOSIS, on=today()) is None
    Paper.objects.filter(kind=PaperKind.DEGRADED).update(expires_on=today())
    assert find_lacking(site, Activity.TELEDIAGNOSIS, on=today()) is None
    late = find_lacking(site, Activity.TELEDIAGNOSIS, on=today() + timedelta(days=1))
    assert late is not None
    assert [each.requirement for each in late.flatten()] == ["R16"]
    assert "mode dégradé : expiré le" in str(late.what)


def make_site(manager: Actor) -> object:
    return StructureFactory._meta.model.objects.get(pk=manager.structure_id)


def test_each_kind_says_how_it_stands(manager: Actor) -> None:
    site = make_site(manager)
    PaperFactory(site=site, kind=PaperKind.PROJECT, expires_on=today() + timedelta(days=40))
    PaperFactory(site=site, kind=PaperKind.RISKS)
    PaperFactory(site=site, kind=PaperKind.REFUSAL, written=True)
    stands = {point.kind: point.standing for point in weigh_papers(manager.structure_id, on=today())}
    assert stands[PaperKind.PROJECT] is Standing.SOON
    assert stands[PaperKind.RISKS] is Standing.IN_ORDER
    assert stands[PaperKind.REFUSAL] is Standing.AWAITING
    assert stands[PaperKind.DEGRADED] is Standing.LACKING


def test_a_site_is_warned_sixty_and_fifteen_days_before_once_each(manager: Actor) -> None:
    ending = PaperFactory(site=make_site(manager), expires_on=today() + timedelta(days=70))

    def warn(after: int) -> list[int]:
        at = now() + timedelta(days=after)
        note_paper_expiries(at=at)
        mail_paper_warnings(at=at)
        return list(PaperWarning.objects.order_by("id").values_list("days", flat=True))

    assert warn(9) == []
    assert warn(10) == warn(54) == [60]
    assert warn(55) == warn(69) == [60, 15]
    assert len(mail.outbox) == 2
    assert "Fiche projet" in mail.outbox[0].body
    PaperFactory(site=ending.site, version=2, expires_on=today() + timedelta(days=400))
    assert warn(70) == [60, 15]


def test_a_warning_that_nobody_would_read_stays_to_be_sent() -> None:
    PaperFactory(expires_on=today() + timedelta(days=5))
    note_paper_expiries(at=now())
    assert mail_paper_warnings(at=now()) == 0
    assert PaperWarning.objects.get().mail_error == "NoAddress"


def test_one_commits_by_name_to_a_charter_in_force_and_once(manager: Actor) -> None:
    site = make_site(manager)
    charter = PaperFactory(site=site, kind=PaperKind.COMMITMENT)
    sheet = PaperFactory(site=site, kind=PaperKind.PROJECT)
    with pytest.raises(ConflictError):
        pledge_paper(paper_id=sheet.pk, by=manager, at=now())
    assert list_unpledged(charter) == [manager.label]
    pledge_paper(paper_id=charter.pk, by=manager, at=now())
    with pytest.raises(ConflictError):
        pledge_paper(paper_id=charter.pk, by=manager, at=now())
    assert list_unpledged(charter) == []
    assert PaperPledge.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 26), 12, date(2027, 11, 26)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_as_people_count_them(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
