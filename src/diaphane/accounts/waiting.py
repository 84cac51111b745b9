"""A try at logging in, from the moment it is made: taken, then right or in vain; and the words of a wait."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from diaphane.kernel.clock import now

from .models import User
from .tries import Way, give_back, list_ways, note_failure, take_try


@dataclass(frozen=True)
class LoginTry:
    """One try, and what it counts against."""

    ways: tuple[Way, ...]

    @classmethod
    def take(cls, request: HttpRequest, *, email: str, step: str) -> "LoginTry":
        """Count a try.

        Raises:
            ValidationError: it must wait; the same words whether the account exists or not.
        """
        ways = list_ways(request, email=email, step=step)
        wait = take_try(ways, at=now())
        if wait > timedelta(0):
            raise ValidationError(_word_wait(wait), code="too_many_login_attempts")
        return cls(ways)

    def fail(self, *, account: User | None) -> None:
        """Note that it was in vain."""
        note_failure(self.ways, at=now(), account=account)

    def succeed(self) -> None:
        """Take it back."""
        give_back(self.ways, at=now())


def _word_wait(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    if seconds < 60:
        return ngettext(
            "Too many tries. Wait %(count)d second, then try again; a passkey does not wait.",
            "Too many tries. Wait %(count)d seconds, then try again; a passkey does not wait.",
            seconds,
        ) % {"count": seconds}
    minutes = ceil(seconds / 60)
    return ngettext(
        "Too many tries. Wait %(count)d minute, then try again; a passkey does not wait.",
        "Too many tries. Wait %(count)d minutes, then try again; a passkey does not wait.",
        minutes,
    ) % {"count": minutes}
