"""Run the jobs that a test left in the queue."""

from django.db import connection
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from diaphane.kernel.clock import now


def run_jobs() -> int:
    """Run what is queued until nothing is left; return how many jobs ran.

    Inside a test's transaction the tasks are called in place; otherwise a real worker runs them once.
    """
    return _run_in_place() if connection.in_atomic_block else _run_worker()


def _run_worker() -> int:
    waiting = ProcrastinateJob.objects.filter(status="todo").count()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
    return waiting


def _list_due() -> QuerySet[ProcrastinateJob]:
    """List what a worker would take now: a job for later waits for its hour."""
    is_due = Q(scheduled_at=None) | Q(scheduled_at__lte=now())
    return ProcrastinateJob.objects.filter(is_due, status="todo").order_by("id")


def _run_in_place() -> int:
    count = 0
    while waiting := _list_due().first():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [waiting.pk])
        _call(waiting)
        count += 1
    return count


def _call(waiting: ProcrastinateJob) -> None:
    task = app.tasks[waiting.task_name]
    if not task.pass_context:
        task(**waiting.args)
        return
    job = Job(
        id=waiting.pk,
        queue=waiting.queue_name,
        lock=waiting.lock,
        queueing_lock=waiting.queueing_lock,
        task_name=waiting.task_name,
        task_kwargs=waiting.args,
        attempts=waiting.attempts,
    )
    context = JobContext(app=app, job=job, start_timestamp=0.0, abort_reason=lambda: None)
    task(context, **waiting.args)
