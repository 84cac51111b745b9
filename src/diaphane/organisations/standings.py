"""Say what a professional owes before they act, and how each point stands today (R18–R20, R24)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.errors import Missing, Text

from .models import Credential, CredentialState

SOON = 60
"""Days before its end from which a proof is to be renewed."""
_Kind = Credential.Kind
OWED: dict[Role, tuple[Credential.Kind, ...]] = {
    Role.IMAGEUR: (
        _Kind.QUALIFICATION,
        _Kind.REGISTRATION,
        _Kind.INSURANCE,
        _Kind.TELEIMAGING,
        _Kind.RADIATION,
    ),
    Role.TECHNOLOGIST: (_Kind.QUALIFICATION, _Kind.RADIATION, _Kind.SECTIONAL, _Kind.TELEIMAGING),
    Role.REQUESTING_PHYSICIAN: (_Kind.QUALIFICATION, _Kind.REGISTRATION, _Kind.INSURANCE),
}
"""What each role owes; only what an imageur owes closes steps, where a blocked step harms nobody."""
REQUIREMENTS = {
    _Kind.QUALIFICATION: "R18",
    _Kind.REGISTRATION: "R18",
    _Kind.INSURANCE: "R20",
    _Kind.TELEIMAGING: "R24",
    _Kind.RADIATION: "R19",
    _Kind.SECTIONAL: "R19",
}
_HOLDER = _("You, in “My professional file”")
_STRUCTURE = _("The structure's administration")


class Standing(StrEnum):
    """How one point stands on a day."""

    IN_ORDER = "in_order"
    SOON = "soon"
    EXPIRED = "expired"
    AWAITING = "awaiting"
    REFUSED = "refused"
    LACKING = "lacking"

    @property
    def label(self) -> Promise:
        """The word used on screen."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {Standing.IN_ORDER: "good", Standing.SOON: "care", Standing.AWAITING: "note"}.get(self, "stop")

    @property
    def icon(self) -> str:
        """The icon of its badge."""
        return _ICONS[self]

    @property
    def is_good(self) -> bool:
        """Say whether nothing is missing today."""
        return self in {Standing.IN_ORDER, Standing.SOON}


_LABELS = {
    Standing.IN_ORDER: _("In order"),
    Standing.SOON: _("Expires soon"),
    Standing.EXPIRED: _("Expired"),
    Standing.AWAITING: _("Awaits its check"),
    Standing.REFUSED: _("Refused"),
    Standing.LACKING: _("No proof"),
}
_ICONS = {
    Standing.IN_ORDER: "check",
    Standing.SOON: "hourglass",
    Standing.EXPIRED: "calendar-time",
    Standing.AWAITING: "clock",
    Standing.REFUSED: "x",
    Standing.LACKING: "file-plus",
}


@dataclass(frozen=True)
class Point:
    """One thing owed: the proof that counts, if any, how it stands, and the days that are left."""

    kind: Credential.Kind
    standing: Standing
    credential: Credential | None
    days_left: int | None

    @property
    def requirement(self) -> str:
        """Return the requirement of the guide."""
        return REQUIREMENTS[self.kind]

    @property
    def words(self) -> Text:
        """Say what is the matter, in one sentence."""
        return _SENTENCES[self.standing] % self._facts

    @property
    def who(self) -> Promise:
        """Say who can supply what is missing."""
        return _STRUCTURE if self.standing is Standing.AWAITING else _HOLDER

    @property
    def _facts(self) -> dict[str, object]:
        until = self.credential.expires_on if self.credential else None
        return {
            "kind": self.kind.label,
            "until": date_format(until, "j F Y") if until else "",
            "reason": self.credential.decided_reason if self.credential else "",
        }

    def as_missing(self) -> Missing | None:
        """Return what a guard waits for; None when the point is in order."""
        return None if self.standing.is_good else Missing(self.requirement, self.words, self.who)


_SENTENCES = {
    Standing.IN_ORDER: _("%(kind)s: in order"),
    Standing.SOON: _("%(kind)s: expires on %(until)s"),
    Standing.EXPIRED: _("%(kind)s: expired on %(until)s"),
    Standing.AWAITING: _("%(kind)s: the proof awaits its check by another person"),
    Standing.REFUSED: _("%(kind)s: the proof was refused (%(reason)s)"),
    Standing.LACKING: _("%(kind)s: no proof was brought"),
}


def weigh_points(roles: Iterable[Role], credentials: Iterable[Credential], *, on: date) -> tuple[Point, ...]:
    """Weigh everything that the roles of a person owe, from the proofs that they brought."""
    kinds = dict.fromkeys(kind for role in roles for kind in OWED.get(role, ()))
    brought = list(credentials)
    return tuple(weigh_point(kind, [each for each in brought if each.kind == kind], on=on) for kind in kinds)


def weigh_point(kind: Credential.Kind, credentials: list[Credential], *, on: date) -> Point:
    """Weigh one kind: the checked proof that lasts longest counts, else the last one brought."""
    holding = [each for each in credentials if each.holds(on)]
    if holding:
        best = max(holding, key=lambda each: each.expires_on or date.max)
        left = (best.expires_on - on).days if best.expires_on else None
        standing = Standing.SOON if left is not None and left <= SOON else Standing.IN_ORDER
        return Point(kind, standing, best, left)
    if not credentials:
        return Point(kind, Standing.LACKING, None, None)
    last = max(credentials, key=lambda each: each.deposited_at)
    return Point(kind, _standing_of(last, on), last, None)


def _standing_of(credential: Credential, on: date) -> Standing:
    if credential.state == CredentialState.REFUSED:
        return Standing.REFUSED
    if credential.state == CredentialState.AWAITING:
        return Standing.AWAITING
    return Standing.EXPIRED if credential.has_expired(on) else Standing.LACKING


def find_lack(user_id: UUID, kind: Credential.Kind, *, on: date) -> Missing | None:
    """Say what one person lacks of one kind today; None when it is in order."""
    brought = list(Credential.objects.filter(holder_id=user_id, kind=kind))
    return weigh_point(kind, brought, on=on).as_missing()
