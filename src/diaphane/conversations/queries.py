"""Read an act's thread."""

from django.db.models import QuerySet

from diaphane.acts.models import Act

from .models import Message


def list_messages(act: Act) -> QuerySet[Message]:
    """List the messages of an act, oldest first."""
    return Message.objects.filter(act=act).order_by("id")
