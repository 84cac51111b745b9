"""Who acts: a person in one role at one structure, a service, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Roles of the guide (R5) that this version knows, that of a guest, and those of machines.

    An outside professional has no account and no grant: a link opens one study to them (ADR 8). A data
    protection officer reads traces and never a record: no act is granted to them either (R37, R44). A
    platform administrator opens structures and accounts, and no record.
    """

    REQUESTING_PHYSICIAN = "requesting_physician"
    IMAGEUR = "imageur"
    TECHNOLOGIST = "technologist"
    TREATING_PHYSICIAN = "treating_physician"
    SECRETARY = "secretary"
    PATIENT = "patient"
    ADMINISTRATOR = "administrator"
    PLATFORM_ADMINISTRATOR = "platform_administrator"
    DPO = "dpo"
    OUTSIDE_PROFESSIONAL = "outside_professional"
    EDGE = "edge"
    SERVICE = "service"
    COLLECTOR = "collector"
    SYSTEM = "system"

    @property
    def label(self) -> Promise:
        """The word used on screen."""
        return _ROLE_LABELS[self]

    @property
    def is_professional(self) -> bool:
        """Say whether a second factor is owed at login (R39)."""
        return self in PROFESSIONAL_ROLES


_ROLE_LABELS = {
    Role.REQUESTING_PHYSICIAN: _("Requesting physician"),
    Role.IMAGEUR: _("Radiologist"),
    Role.TECHNOLOGIST: _("Technologist"),
    Role.TREATING_PHYSICIAN: _("Treating physician"),
    Role.SECRETARY: _("Medical secretary"),
    Role.PATIENT: _("Patient"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.PLATFORM_ADMINISTRATOR: _("Platform administrator"),
    Role.DPO: _("Data protection officer"),
    Role.OUTSIDE_PROFESSIONAL: _("Outside professional"),
    Role.EDGE: _("Site gateway"),
    Role.SERVICE: _("Connected service"),
    Role.COLLECTOR: _("Collector of traces"),
    Role.SYSTEM: _("Diaphane"),
}

PROFESSIONAL_ROLES = frozenset(
    {
        Role.REQUESTING_PHYSICIAN,
        Role.IMAGEUR,
        Role.TECHNOLOGIST,
        Role.TREATING_PHYSICIAN,
        Role.SECRETARY,
        Role.ADMINISTRATOR,
        Role.PLATFORM_ADMINISTRATOR,
        Role.DPO,
    }
)


@dataclass(frozen=True)
class Actor:
    """Someone who acts, as the audit trail keeps it: identity, role, structure, label.

    ``id`` is the account's (or the service's) UUID; ``patient_id`` is set for a patient's account;
    ``session`` is an opaque key that groups the views of one login; ``actions``, where a machine's token is
    scoped, is all that it may do of what its role gives.
    """

    id: UUID
    role: Role
    label: str
    structure_id: UUID | None = None
    structure_label: str = ""
    patient_id: UUID | None = None
    session: str = ""
    actions: frozenset[str] | None = None


SYSTEM = Actor(id=UUID(int=0), role=Role.SYSTEM, label="Diaphane")
