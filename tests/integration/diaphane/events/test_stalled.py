"""What a worker held when it died goes back to the queue; what failed for good can be replayed."""

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from diaphane.acquisition.models import Exam
from diaphane.events.jobs import retry_stalled_jobs
from diaphane.events.models import Delivery
from tests.queue import run_jobs
from tests.scenes import make_territory, validated

pytestmark = pytest.mark.django_db(transaction=True)


def _die_holding_every_job() -> None:
    """Leave the queue as a killed worker does: jobs being done, by a worker that breathes no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 hour') RETURNING id"
        )
        row = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [row[0]])


def test_a_job_held_by_a_dead_worker_is_done_by_the_next_one() -> None:
    request = validated(make_territory())
    _die_holding_every_job()
    # Nothing is left that another worker could take by itself.
    assert not ProcrastinateJob.objects.filter(status="todo").exists()
    assert not Exam.objects.filter(act=request.act).exists()
    # A lock of its own: the worker also defers this job by itself, each minute.
    retry_stalled_jobs.configure(queueing_lock="test").defer(timestamp=0)
    run_jobs()
    run_jobs()
    assert Exam.objects.filter(act=request.act).count() == 1


def test_a_failed_delivery_is_listed_and_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    request = validated(make_territory())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Delivery.objects.update(status=Delivery.Status.FAILED, last_error="OperationalError")
    call_command("deliveries", "--replay")
    assert "OperationalError" in capsys.readouterr().out
    run_jobs()
    assert Exam.objects.filter(act=request.act).exists()
