"""What the tests of these pages share: addresses and the headers that htmx sends."""

from uuid import UUID

from django.test import Client
from django.urls import reverse

HTMX = {"HX-Request": "true"}


def act_url(name: str, act_id: UUID) -> str:
    """Return the address of one of the imageur's pages."""
    return reverse(f"reading_room:{name}", args=[act_id])


def post(client: Client, name: str, act_id: UUID, **values: str):
    """Send a form as htmx does."""
    return client.post(act_url(name, act_id), values, headers=HTMX)
