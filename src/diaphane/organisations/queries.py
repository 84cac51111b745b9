"""Who works where, and which convention opens an act."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.kernel.actors import Role

from .models import Convention, Membership, Room, Structure


def list_memberships(user_id: UUID) -> QuerySet[Membership]:
    """List the roles that a person holds, oldest first."""
    return Membership.objects.filter(user_id=user_id).select_related("structure").order_by("id")


def has_role(user_id: UUID, role: Role) -> bool:
    """Say whether a structure has given this person a role."""
    return Membership.objects.filter(user_id=user_id, role=role.value).exists()


def get_convention(*, site_id: UUID, on: date) -> Convention | None:
    """Return the convention in force for a requesting site on that day (R26)."""
    return (
        Convention.objects.filter(requesting_site_id=site_id, valid_from__lte=on, valid_until__gte=on)
        .select_related("requesting_site", "reading_structure")
        .order_by("-valid_from")
        .first()
    )


def get_structure(structure_id: UUID) -> Structure:
    """Return one structure."""
    return Structure.objects.get(pk=structure_id)


def find_site(name: str) -> Structure:
    """Return the structure of a FINESS number, or of the issuer of its identifiers.

    Raises:
        Structure.DoesNotExist
    """
    return Structure.objects.get(Q(finess=name) | Q(issuer=name))


def list_rooms(*, structure_id: UUID, modality: str) -> QuerySet[Room]:
    """List the rooms of a site that can make a modality's exams."""
    return Room.objects.filter(structure_id=structure_id, modality=modality)


def list_addresses(structure_id: UUID, role: Role) -> list[str]:
    """List the mail addresses of the people in one role at a structure, those who can log in."""
    held = Membership.objects.filter(structure_id=structure_id, role=role.value, user__is_active=True)
    return sorted(set(held.values_list("user__email", flat=True)))
