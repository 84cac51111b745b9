"""Errors that a person may be shown, each with its French sentence and its way out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise

Text = str | Promise


class DiaphaneError(Exception):
    """An expected refusal: shown to the person, never logged as a failure."""

    status_code = 400

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowedError(DiaphaneError):
    """The actor's role does not give this right (R41, R42)."""

    status_code = 403


class ConflictError(DiaphaneError):
    """Someone else, or an earlier click, has already moved this on."""

    status_code = 409


@dataclass(frozen=True)
class Missing:
    """What one guard still waits for, and who can supply it.

    ``field`` names the form field that holds it, where there is one; ``others`` are what the same guard
    waits for besides, so that a person sees the whole list and not one item after another.
    """

    requirement: str
    what: Text
    who: Text
    field: str = ""
    others: tuple["Missing", ...] = ()

    def flatten(self) -> tuple["Missing", ...]:
        """Return this and what the same guard waits for besides."""
        return (replace(self, others=()), *self.others)


class GuardError(DiaphaneError):
    """One or several guards block the step; ``missing`` says what and who (design rule 2)."""

    status_code = 422

    def __init__(self, message: Text, missing: Sequence[Missing]) -> None:
        super().__init__(message)
        self.missing = tuple(item for each in missing for item in each.flatten())
