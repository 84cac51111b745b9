"""How a convention stands now, in one badge."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.organisations.models import Convention, ConventionState
from diaphane.organisations.opening import is_open_at


@dataclass(frozen=True)
class Wording:
    """The words, the tone and the icon of a badge."""

    label: str | Promise
    tone: str
    icon: str


def word_convention(convention: Convention, *, at: datetime) -> Wording:
    """Say in a few words whether a convention opens acts now."""
    today = timezone.localdate(at)
    if convention.state == ConventionState.DECLINED:
        return Wording(ConventionState.DECLINED.label, "plain", "x")
    if today > convention.last_day:
        return Wording(_("Over"), "plain", "calendar-time")
    if convention.state == ConventionState.PROPOSED:
        return Wording(ConventionState.PROPOSED.label, "care", "signature")
    if today < convention.valid_from:
        return Wording(_("Not begun"), "note", "calendar-event")
    if not is_open_at(convention, at):
        return Wording(_("In force, closed at this hour"), "note", "moon")
    return Wording(_("In force, open now"), "good", "check")
