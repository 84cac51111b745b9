"""What a person says of the studies of a CD: a choice for each, that they compared, and why."""

from typing import TypedDict
from uuid import UUID

from django import forms
from django.http import QueryDict

from diaphane.media.belonging import Belonging

from .forms import ReasonForm

_PREFIX = "study_"


class Words(TypedDict):
    """What ``attach_brought`` is asked."""

    choices: dict[UUID, Belonging]
    is_compared: bool
    reason: str


class BelongingForm(ReasonForm):
    """One radio group per study, a box to tick, a few words."""

    data: QueryDict

    def read(self) -> Words:
        """Return the choices that make sense; what is missing is said by the operation."""
        return {
            "choices": dict(self._read_choices()),
            "is_compared": self.data.get("is_compared") == "on",
            "reason": self.read_reason(),
        }

    def _read_choices(self) -> list[tuple[UUID, Belonging]]:
        found = []
        for name, value in self.data.items():
            if name.startswith(_PREFIX) and value in set(Belonging):
                found.append((_read_uuid(name.removeprefix(_PREFIX)), Belonging(str(value))))
        return [(study_id, belonging) for study_id, belonging in found if study_id is not None]


class WithdrawForm(ReasonForm):
    """Which earlier images are taken away, and why."""

    prior = forms.UUIDField(required=False)

    def read_prior(self) -> UUID:
        """Return what the page names; a name that makes no sense is nobody's."""
        found = self.cleaned_data.get("prior") if self.is_valid() else None
        return found if isinstance(found, UUID) else UUID(int=0)


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
