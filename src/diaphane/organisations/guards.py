"""Who is in order may act at a distance; a proof is checked by another, a convention signed by the other."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Check, Guard

from .models import Convention, Credential
from .standings import find_lack

_Kind = Credential.Kind
_STRUCTURE = _("The structure's administration")


def make_order_guards(machine: str) -> tuple[Guard, ...]:
    """Return what an imageur must have in order before a step of a table (R18–R20, R24).

    Qualification, registration and insurance never yield (states.md); trainings do in a vital emergency,
    and are then owed.
    """
    return (
        Guard("R18", f"{machine}.qualified", _("The qualification was checked"), _holds(_Kind.QUALIFICATION)),
        Guard(
            "R18",
            f"{machine}.registered",
            _("The registration with the Ordre was checked"),
            _holds(_Kind.REGISTRATION),
        ),
        Guard(
            "R20",
            f"{machine}.insured",
            _("The insurance covers telemedicine, today"),
            _holds(_Kind.INSURANCE),
        ),
        Guard(
            "R24",
            f"{machine}.trained",
            _("Trained in the tools, remote communication and breakdowns"),
            _holds(_Kind.TELEIMAGING),
            yields_to_vital=True,
        ),
        Guard(
            "R19",
            f"{machine}.certified",
            _("Radioprotection of patients: the training is up to date"),
            _holds(_Kind.RADIATION),
            yields_to_vital=True,
        ),
    )


OWED_AT_A_DISTANCE = (
    _Kind.QUALIFICATION,
    _Kind.REGISTRATION,
    _Kind.INSURANCE,
    _Kind.TELEIMAGING,
    _Kind.RADIATION,
)


def list_lacks(user_id: UUID, *, is_vital: bool, on: date) -> list[Missing]:
    """List what a radiologist owes and lacks today; trainings wait in a vital emergency (R18–R20, R24)."""
    owed = [kind for kind in OWED_AT_A_DISTANCE if not (is_vital and kind in TRAINING_CODES)]
    found = [find_lack(user_id, kind, on=on) for kind in owed]
    return [each for each in found if each is not None]


TRAINING_CODES = {_Kind.TELEIMAGING: "trained", _Kind.RADIATION: "certified"}
"""The guards that leave a debt in a vital emergency, by the proof that settles it."""
_MACHINES = ("request", "exam", "report")


def list_training_codes(kind: str) -> list[str]:
    """List the codes of the guards that a proof of a training settles; none for another proof."""
    name = {each.value: code for each, code in TRAINING_CODES.items()}.get(kind)
    return [f"{machine}.{name}" for machine in _MACHINES] if name else []


def _holds(kind: Credential.Kind) -> Check:
    def check(subject: object, by: Actor) -> Missing | None:
        return find_lack(by.id, kind, on=timezone.localdate())

    return check


def _another(credential: Credential, by: Actor) -> Missing | None:
    if credential.holder_id != by.id:
        return None
    return Missing("R18", _("Nobody checks their own proof"), _("Another person of your structure"))


def _running(credential: Credential, by: Actor) -> Missing | None:
    if not credential.has_expired(timezone.localdate(now())):
        return None
    return Missing("R19", _("This proof has expired: a newer one is needed"), _("Its holder"))


def _explained(credential: Credential, by: Actor) -> Missing | None:
    if credential.decided_reason.strip():
        return None
    return Missing("R18", _("Why the proof is refused"), _("You"), field="reason")


def _other_side(convention: Convention, by: Actor) -> Missing | None:
    """Keep one structure from signing for both."""
    if convention.proposed_by_structure_id != by.structure_id:
        return None
    return Missing(
        "R26", _("The other structure's signature"), _("The administration of the other structure")
    )


def _before_its_end(convention: Convention, by: Actor) -> Missing | None:
    if timezone.localdate(now()) <= convention.valid_until:
        return None
    return Missing(
        "R26", _("A convention whose last day is not past"), _("You, by proposing a new convention")
    )


def _end_explained(convention: Convention, by: Actor) -> Missing | None:
    if convention.end_reason.strip():
        return None
    return Missing("R26", _("Why the convention ends"), _("You"), field="reason")


def _last_day(convention: Convention, by: Actor) -> Missing | None:
    last, today = convention.end_wanted_on, timezone.localdate(now())
    if last is not None and today <= last <= convention.valid_until:
        return None
    return Missing("R26", _("A last day between today and the term"), _("You"), field="last_day")


def _other_side_ends(convention: Convention, by: Actor) -> Missing | None:
    if convention.end_asked_by_structure_id != by.structure_id:
        return None
    return Missing(
        "R26", _("The other structure's signature"), _("The administration of the other structure")
    )


ANOTHER = Guard("R18", "credential.another", _("Checked by another person"), _another)
RUNNING = Guard("R19", "credential.running", _("Not expired"), _running)
EXPLAINED = Guard("R18", "credential.explained", _("A refusal is explained"), _explained)
OTHER_SIDE = Guard("R26", "convention.other_side", _("Signed by each structure"), _other_side)
BEFORE_ITS_END = Guard("R26", "convention.before_its_end", _("Its last day is not past"), _before_its_end)
END_EXPLAINED = Guard("R26", "convention.end_explained", _("The end is explained"), _end_explained)
LAST_DAY = Guard("R26", "convention.last_day", _("Its last day is given"), _last_day)
OTHER_SIDE_ENDS = Guard(
    "R26", "convention.other_side_ends", _("Its end is signed by each structure"), _other_side_ends
)
