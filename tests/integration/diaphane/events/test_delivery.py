"""Events live and die with their transaction, and reach each consumer at least once (design rule 5)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from diaphane.audit.models import Entry
from diaphane.audit.operations import Subject, record
from diaphane.events import operations
from diaphane.events.models import Delivery, Event
from diaphane.events.operations import deliver, record_event, subscribe
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from tests.concurrency import elsewhere

KIND = "test.happened"
Run = Callable[[], int]


class Consumer:
    """Write down what it hears; fail as often as it is told to."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.failures = 0

    def __call__(self, event: Event) -> None:
        record("consumed", by=SYSTEM, at=now(), subject=Subject("event", event.pk))
        if self.failures:
            self.failures -= 1
            raise ValueError("Mme Untel, 1 54 03")  # health data that must not be kept
        self.heard.append(event.sequence)


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Consumer:
    monkeypatch.setattr(operations, "_CONSUMERS", {})
    made = Consumer()
    subscribe(KIND, consumer="test", handler=made)
    return made


def happen() -> Event:
    with transaction.atomic():
        return record_event(kind=KIND, subject_type="thing", subject_id=uuid4(), act_id=None, at=now())


def retry_now(*, attempts: int) -> None:
    """Let the queue try again without waiting, as if it had tried so often."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = %s WHERE task_name = %s",
            [attempts, "events.deliver"],
        )


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record_event(kind=KIND, subject_type="thing", subject_id=uuid4(), act_id=None, at=now())


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_neither_event_nor_delivery_nor_job(
    consumer: Consumer, run_jobs: Run
) -> None:
    with transaction.atomic():
        happen()
        transaction.set_rollback(True)
    run_jobs()
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="events.deliver").exists()
    assert consumer.heard == []


@pytest.mark.django_db
def test_an_event_that_nobody_consumes_queues_nothing(consumer: Consumer) -> None:
    record_event(kind="test.ignored", subject_type="thing", subject_id=uuid4(), act_id=None, at=now())
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_delivers_each_event_to_each_consumer(consumer: Consumer, run_jobs: Run) -> None:
    second = Consumer()
    subscribe(KIND, consumer="second", handler=second)
    sequences = [happen().sequence, happen().sequence]
    run_jobs()
    assert sorted(consumer.heard) == sorted(second.heard) == sequences
    assert set(Delivery.objects.values_list("status", flat=True)) == {Delivery.Status.DONE}


@pytest.mark.django_db
def test_a_job_that_runs_twice_is_harmless(consumer: Consumer) -> None:
    happen()
    delivery = Delivery.objects.get()
    for _ in range(2):
        deliver(delivery.pk, at=now())
    assert len(consumer.heard) == 1
    assert Delivery.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_consumer_that_fails_is_shown_and_retried(consumer: Consumer, run_jobs: Run) -> None:
    consumer.failures = 1
    event = happen()
    run_jobs()
    failed = Delivery.objects.get()
    assert (failed.status, failed.attempts, failed.last_error) == (Delivery.Status.PENDING, 1, "ValueError")
    retry_now(attempts=1)
    run_jobs()
    assert consumer.heard == [event.sequence]
    assert Delivery.objects.get().status == Delivery.Status.DONE


@pytest.mark.django_db(transaction=True)
def test_what_a_failed_consumer_wrote_is_undone(consumer: Consumer, run_jobs: Run) -> None:
    consumer.failures = 1
    happen()
    run_jobs()
    assert not Entry.objects.filter(action="consumed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_consumer_that_fails_to_the_end_is_shown_as_failed(consumer: Consumer, run_jobs: Run) -> None:
    consumer.failures = 9
    happen()
    retry_now(attempts=11)
    run_jobs()
    assert Delivery.objects.get().status == Delivery.Status.PENDING
    retry_now(attempts=12)
    run_jobs()
    assert Delivery.objects.get().status == Delivery.Status.FAILED
    assert ProcrastinateJob.objects.get(task_name="events.deliver").status == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_failed_delivery_can_be_replayed(consumer: Consumer) -> None:
    happen()
    Delivery.objects.update(status=Delivery.Status.FAILED)
    deliver(Delivery.objects.get().pk, at=now())
    assert Delivery.objects.get().status == Delivery.Status.DONE


@pytest.mark.django_db(transaction=True)
def test_an_event_committed_after_a_later_one_was_delivered_is_not_missed(
    consumer: Consumer, run_jobs: Run
) -> None:
    with elsewhere() as run:
        run(lambda: transaction.set_autocommit(False))
        late = run(happen)
        early = happen()
        assert late.sequence < early.sequence
        run_jobs()
        assert consumer.heard == [early.sequence]
        run(transaction.commit)
        run(lambda: transaction.set_autocommit(True))
    run_jobs()
    assert consumer.heard == [early.sequence, late.sequence]
