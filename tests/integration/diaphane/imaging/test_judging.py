"""What the checks found is kept, goes when the images no longer show it, and is answered by a person."""

from datetime import datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.checks import CheckedExam, Code
from diaphane.imaging.finding import Finding
from diaphane.imaging.judging import (
    answer_finding,
    check_images,
    count_pending,
    get_finding,
    list_findings,
    list_serious,
)
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.scenes import Territory, validated
from tests.unit.diaphane.imaging.checks.volumes import even, make_exam, make_series, make_volume


def gapped(*lost: int) -> CheckedExam:
    """Return a head of thirty slices without some of them."""
    images = [each for each in make_volume(even(30)) if each.number not in lost]
    return make_exam(make_series(images))


@pytest.fixture
def finding(act: Act, at: datetime) -> Finding:
    check_images(act=act, exam=gapped(12), at=at)
    return list_findings(act).get()


def test_an_outsider_finds_no_finding(finding: Finding, territory: Territory) -> None:
    assert not Finding.objects.visible_to(territory.outsider).exists()
    with pytest.raises(Finding.DoesNotExist):
        get_finding(finding.pk, act=finding.act, actor=territory.outsider)


def test_a_finding_of_another_act_is_not_reached_through_this_one(
    finding: Finding, territory: Territory, at: datetime
) -> None:
    with pytest.raises(Finding.DoesNotExist):
        get_finding(finding.pk, act=validated(territory).act, actor=territory.technologist)


def test_the_demandeur_answers_nothing(finding: Finding, territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        answer_finding(finding=finding, reason="peu importe", by=territory.requester, at=at)


def test_an_answer_has_a_reason(finding: Finding, territory: Territory, at: datetime) -> None:
    with pytest.raises(GuardError) as refusal:
        answer_finding(finding=finding, reason="  ", by=territory.technologist, at=at)
    assert refusal.value.missing[0].requirement == "R88"
    assert Finding.objects.get().is_pending


def test_no_reason_settles_whose_images_they_are(act: Act, territory: Territory, at: datetime) -> None:
    check_images(act=act, exam=make_exam(strangers=2), at=at)
    with pytest.raises(NotAllowedError):
        answer_finding(finding=list_findings(act).get(), reason="c’est lui", by=territory.imageur, at=at)


def test_an_answer_is_kept_with_its_author_and_audited_once(
    finding: Finding, territory: Territory, at: datetime
) -> None:
    answer_finding(finding=finding, reason="Coupe rejetée, mouvement", by=territory.imageur, at=at)
    kept = Finding.objects.get()
    assert (kept.answer, kept.answered_by_label) == ("Coupe rejetée, mouvement", territory.imageur.label)
    assert Entry.objects.filter(action="images.finding_answered", subject_id=kept.pk).count() == 1
    assert not list_serious(finding.act).exists()
    with pytest.raises(ConflictError):
        answer_finding(finding=finding, reason="encore", by=territory.technologist, at=at)


def test_a_late_slice_takes_the_finding_away_and_its_row_stays(
    finding: Finding, territory: Territory, at: datetime
) -> None:
    later = at + timedelta(seconds=9)
    assert check_images(act=finding.act, exam=gapped(), at=later)
    assert not list_findings(finding.act).exists()
    assert Finding.objects.get().fixed_at == later
    assert count_pending([finding.act_id]) == {}
    with pytest.raises(ConflictError):
        answer_finding(finding=finding, reason="trop tard", by=territory.imageur, at=later)


def test_more_missing_slices_are_another_finding_even_after_an_answer(
    finding: Finding, territory: Territory, at: datetime
) -> None:
    answer_finding(finding=finding, reason="Coupe rejetée", by=territory.technologist, at=at)
    assert check_images(act=finding.act, exam=gapped(12, 20), at=at)
    now_open = list_findings(finding.act).get()
    assert now_open.pk != finding.pk
    assert now_open.is_pending
    assert now_open.facts["count"] == 2


def test_what_is_found_again_is_the_same_finding_and_says_nothing(finding: Finding, at: datetime) -> None:
    told = Event.objects.filter(kind="images.checked").count()
    assert not check_images(act=finding.act, exam=gapped(12), at=at)
    assert list_findings(finding.act).get().pk == finding.pk
    assert Event.objects.filter(kind="images.checked").count() == told == 1


def test_what_cannot_be_judged_now_is_left_as_it_was(finding: Finding, at: datetime) -> None:
    arriving = CheckedExam(series=(), zones=frozenset(), is_settled=False)
    assert not check_images(act=finding.act, exam=arriving, at=at)
    assert list_findings(finding.act).get().code == Code.SLICE_GAP
