"""The whole table, and the two questions that are asked of it."""

from uuid import UUID

from diaphane.kernel.actors import Actor, Role

from . import exams, identities, images, patients, platform, privacy, reports, requests, structures
from .right import Right, Section

SECTIONS: tuple[Section, ...] = (
    identities.SECTION,
    requests.SECTION,
    exams.SECTION,
    images.SECTION,
    reports.SECTION,
    patients.SECTION,
    structures.SECTION,
    privacy.SECTION,
    platform.SECTION,
)
RIGHTS: dict[str, Right] = {right.action: right for section in SECTIONS for right in section.rights}
if len(RIGHTS) != sum(len(section.rights) for section in SECTIONS):
    raise ValueError("an action has two lines in the table of rights")


def roles_of(action: str) -> frozenset[Role]:
    """Return the roles that may do an action.

    Raises:
        KeyError: the action has no line in the table.
    """
    return RIGHTS[action].roles


def reaches(actor: Actor, structure_id: UUID | None) -> bool:
    """Say whether an actor acts on a structure: on their own, or on any for who runs the platform (R41)."""
    is_own = structure_id is not None and structure_id == actor.structure_id
    return is_own or may(actor, "structure.any")


def may(actor: Actor, action: str) -> bool:
    """Say whether the actor's role, and the scope of its token, give an action.

    On which acts is asked of grants besides.
    """
    return actor.role in roles_of(action) and (actor.actions is None or action in actor.actions)
