"""What a gateway announces is what the platform expects."""

from datetime import datetime

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.imaging.gateway_asides import AsideTally
from diaphane.imaging.gateways import GatewayStatus, StudyTally, has_more_to_send, record_gateway_status
from diaphane.imaging.models import Gateway
from diaphane.imaging.operations import store_instance
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor
from tests.images import make_ct
from tests.scenes import Territory


def status(act: Act, received: int, acknowledged: int = 0, set_aside: int = 0) -> GatewayStatus:
    waiting = received - acknowledged - set_aside
    tally = StudyTally(act.study_instance_uid, received, waiting)
    aside = AsideTally(act.study_instance_uid, "refused 0110", set_aside)
    return GatewayStatus("LISIERE", 3, 0, 12, "", (tally,), asides=(aside,) if set_aside else ())


def count_events(act: Act) -> int:
    return Event.objects.filter(kind="images.announced", act_id=act.pk).count()


def test_another_site_announces_nothing_here(act: Act, foreign_edge: Actor, at: datetime) -> None:
    record_gateway_status(status=status(act, 40), by=foreign_edge, at=at)
    assert count_images(act).expected == 0
    assert count_events(act) == 0


def test_what_is_announced_is_expected_until_it_comes(act: Act, edge: Actor, at: datetime) -> None:
    record_gateway_status(status=status(act, 2), by=edge, at=at)
    store_instance(content=make_ct(act), by=edge, at=at)
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.is_complete) == (2, 1, False)
    store_instance(content=make_ct(act), by=edge, at=at)
    assert count_images(act).is_complete


def test_an_object_added_by_the_reader_hides_no_missing_image(
    act: Act, edge: Actor, territory: Territory, at: datetime
) -> None:
    record_gateway_status(status=status(act, 2), by=edge, at=at)
    store_instance(content=make_ct(act), by=edge, at=at)
    store_instance(content=make_ct(act), by=territory.imageur, at=at)
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.is_complete) == (3, 2, False)


def test_an_act_is_told_only_when_its_counts_move(act: Act, edge: Actor, at: datetime) -> None:
    for received, acknowledged in ((2, 0), (2, 0), (2, 1), (2, 1)):
        record_gateway_status(status=status(act, received, acknowledged), by=edge, at=at)
    assert count_events(act) == 2
    assert count_images(act).expected == 1


def test_the_queue_is_kept_as_last_reported(act: Act, edge: Actor, at: datetime) -> None:
    for _again in range(2):
        record_gateway_status(status=status(act, 2), by=edge, at=at)
    gateway = Gateway.objects.get()
    assert (gateway.ae_title, gateway.waiting, gateway.oldest_seconds) == ("LISIERE", 3, 12)


def test_a_gateway_that_forgot_what_was_verified_has_not_more_to_send_for_that(
    act: Act, edge: Actor, at: datetime
) -> None:
    for received, acknowledged in ((40, 39), (40, 40), (1, 0), (1, 1)):
        record_gateway_status(status=status(act, received, acknowledged), by=edge, at=at)
        assert has_more_to_send(act) is (acknowledged < received)


def test_what_is_set_aside_is_missing_but_not_on_its_way(act: Act, edge: Actor, at: datetime) -> None:
    for _number in range(2):
        store_instance(content=make_ct(act), by=edge, at=at)
    record_gateway_status(status=status(act, 3, 2, set_aside=1), by=edge, at=at)
    assert not has_more_to_send(act)
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.set_aside) == (3, 2, 1)


def test_what_a_person_discards_at_the_gateway_is_expected_no_longer(
    act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    for status_now in (status(act, 2, 1, set_aside=1), status(act, 1, 1)):
        record_gateway_status(status=status_now, by=edge, at=at)
    counts = count_images(act)
    assert (counts.expected, counts.received, counts.set_aside) == (1, 1, 0)


def test_an_image_of_another_patient_under_this_study_is_awaited_by_nobody(
    act: Act, edge: Actor, at: datetime
) -> None:
    store_instance(content=make_ct(act), by=edge, at=at)
    store_instance(content=make_ct(act, PatientID="AUTRE", PatientName="AUTRE^ANNE"), by=edge, at=at)
    for acknowledged in (1, 2):
        record_gateway_status(status=status(act, 2, acknowledged), by=edge, at=at)
        counts = count_images(act)
        assert (counts.expected, counts.received) == (1, 1)
