"""The port to a service of text messages: one call, named by ``settings.TEXT_SERVICE`` (R128).

Without one nothing is texted, and nothing pretends to be. The demo writes each message in a file instead.
"""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TextingFailedError(Exception):
    """The service did not take the message; it is tried again."""


class TextService(Protocol):
    """What carries a text message to a telephone."""

    def send(self, *, to: str, body: str) -> None:
        """Send one message.

        Raises:
            TextingFailedError: refused, or away.
        """


def is_texting() -> bool:
    """Say whether a service is connected."""
    return bool(settings.TEXT_SERVICE)


def send_text(*, to: str, body: str) -> None:
    """Send one message through the service that is connected.

    Raises:
        TextingFailedError: none is, or it did not take the message.
    """
    if not is_texting():
        raise TextingFailedError("no text service")
    service: TextService = import_string(settings.TEXT_SERVICE)()
    service.send(to=to, body=body)
