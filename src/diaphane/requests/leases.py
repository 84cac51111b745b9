"""How long a request stays in the hands of the imageur who examines it (R18, R20)."""

from datetime import datetime, timedelta

from .models import ExamRequest

LEASE = timedelta(minutes=30)


def renew_lease(*, request: ExamRequest, at: datetime) -> None:
    """Give the imageur who holds a request the full time again, once an answer has come."""
    ExamRequest.objects.filter(pk=request.pk).exclude(reviewer_id=None).update(lease_until=at + LEASE)
