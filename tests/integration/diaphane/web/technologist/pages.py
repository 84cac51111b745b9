"""Addresses and requests of the technologist's pages."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.acts.models import Act


def page(name: str, subject: Exam | Act | None = None) -> str:
    """Return an address of the technologist's pages."""
    if subject is None:
        return reverse(f"technologist:{name}")
    act_id = subject.act_id if isinstance(subject, Exam) else subject.pk
    return reverse(f"technologist:{name}", args=[act_id])


def touch(client: Client, name: str, exam: Exam, *, seen: str = "", **values: Any) -> HttpResponse:
    """Send a form of the card as the page does, by htmx."""
    data = {"seen": seen, **values}
    return client.post(page(name, exam), data, headers={"HX-Request": "true"})  # type: ignore[return-value]


def state_of(exam: Exam) -> str:
    """Return the exam's state as the database knows it."""
    return Exam.objects.get(pk=exam.pk).state


def text_of(response: HttpResponse) -> str:
    """Return what a page says, its spaces as typed."""
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "’")
