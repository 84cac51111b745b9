"""A request leaves within the hours of a convention; what was validated goes on to its end (R26)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diaphane.acts.models import Duty
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.models import Convention, ConventionSpan
from diaphane.requests.guards import HOURS
from diaphane.requests.models import RequestState
from diaphane.requests.operations import submit_request, take_request
from tests.scenes import Territory, draft, submitted, validated

pytestmark = pytest.mark.django_db


def close_now(territory: Territory) -> None:
    """Leave the convention open yesterday at this hour only, a week from now therefore."""
    local = timezone.localtime() - timedelta(days=1)
    opens = local.time().replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (local.weekday(), 7):
        ConventionSpan.objects.create(
            convention=territory.convention, day=day, opens=opens, closes=opens.replace(minute=1)
        )


def end_convention_yesterday() -> None:
    Convention.objects.update(valid_until=timezone.localdate() - timedelta(days=1))


def test_off_hours_a_request_does_not_leave_and_one_is_told_the_way_out(territory: Territory) -> None:
    request = draft(territory)
    close_now(territory)
    with pytest.raises(GuardError) as refusal:
        submit_request(request=request, by=territory.requester, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R26"]
    assert territory.reader.phone in str(refusal.value.missing[0].who)


def test_a_vital_emergency_leaves_off_hours_and_is_settled_when_somebody_reads_it(
    territory: Territory,
) -> None:
    request = draft(territory, urgency="vital")
    close_now(territory)
    sent = submit_request(request=request, by=territory.requester, at=now())
    assert sent.act.reading_structure_id == territory.reader.pk
    assert HOURS.code in [duty.guard for duty in list_open_duties(sent.act)]
    take_request(request=sent, by=territory.imageur, at=now())
    assert not Duty.objects.filter(guard=HOURS.code, state=Duty.State.OPEN).exists()


def test_an_ended_convention_stops_a_decision_that_waits_unless_it_is_vital(territory: Territory) -> None:
    waiting, vital = submitted(territory), submitted(territory, urgency="vital")
    end_convention_yesterday()
    with pytest.raises(GuardError) as refusal:
        take_request(request=waiting, by=territory.imageur, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R26"]
    assert take_request(request=vital, by=territory.imageur, at=now()).state == RequestState.UNDER_REVIEW


def test_what_was_validated_goes_on_to_its_end(territory: Territory) -> None:
    request = validated(territory)
    end_convention_yesterday()
    request.refresh_from_db()
    assert request.state == RequestState.VALIDATED
