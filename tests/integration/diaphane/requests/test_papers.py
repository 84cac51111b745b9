"""A request leaves once the papers of its site are in force; a vital emergency always does (R7–R17)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diaphane.acts.models import Duty
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.models import Paper, PaperKind
from diaphane.organisations.papers.writing import approve_paper, write_paper
from diaphane.requests.guards import PAPERS
from diaphane.requests.models import RequestState
from diaphane.requests.operations import submit_request, take_request
from tests.factories import make_actor
from tests.queue import run_jobs
from tests.scenes import Territory, draft, submitted, under_review, validated

pytestmark = pytest.mark.django_db


def end_paper(kind: PaperKind) -> None:
    Paper.objects.filter(kind=kind).update(expires_on=timezone.localdate() - timedelta(days=1))


def test_a_request_does_not_leave_and_each_missing_paper_is_named_with_who_writes_it(
    territory: Territory,
) -> None:
    request = draft(territory)
    for kind in (PaperKind.DEGRADED, PaperKind.RISKS):
        end_paper(kind)
    with pytest.raises(GuardError) as refusal:
        submit_request(request=request, by=territory.requester, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R8", "R16"]
    assert "Analyse des risques" in str(refusal.value.missing[0].what)
    assert "Administrateur" in str(refusal.value.missing[0].who)
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT


def test_a_vital_emergency_goes_on_and_what_lacks_is_owed_until_it_is_in_force(territory: Territory) -> None:
    request = draft(territory, urgency="vital")
    end_paper(PaperKind.DEGRADED)
    sent = submit_request(request=request, by=territory.requester, at=now())
    assert [duty.reason for duty in list_open_duties(sent.act) if duty.guard == PAPERS.code]
    manager = make_actor(Role.ADMINISTRATOR, territory.site)
    written = write_paper(kind=PaperKind.DEGRADED, body="## Sans réseau\nAu téléphone.", by=manager, at=now())
    approve_paper(paper_id=written.pk, by=territory.requester, at=now())
    run_jobs()
    assert not Duty.objects.filter(guard=PAPERS.code, state=Duty.State.OPEN).exists()


def test_what_was_sent_goes_on_to_its_end(territory: Territory) -> None:
    waiting, seen = submitted(territory), under_review(territory)
    Paper.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert take_request(request=waiting, by=territory.imageur, at=now()).state == RequestState.UNDER_REVIEW
    seen.refresh_from_db()
    assert seen.state == RequestState.UNDER_REVIEW


def test_the_papers_of_the_structure_that_reads_close_nothing_at_the_site(territory: Territory) -> None:
    assert not Paper.objects.filter(site=territory.reader).exists()
    assert validated(territory).state == RequestState.VALIDATED
