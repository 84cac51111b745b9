"""The physicians who ask for exams at a site: who prescribes there, who is an intern, who supervises."""

from uuid import UUID

from diaphane.kernel.actors import Role

from .models import Membership


def list_physicians(site_id: UUID) -> list[Membership]:
    """List who asks for exams at a site now, by name; interns too."""
    held = Membership.objects.held().filter(structure_id=site_id, user__is_active=True)
    found = held.filter(role=Role.REQUESTING_PHYSICIAN.value).select_related("user")
    return list(found.order_by("user__name", "id"))


def list_seniors(site_id: UUID) -> list[Membership]:
    """List who may supervise an intern at a site now."""
    return [each for each in list_physicians(site_id) if not each.is_intern]


def is_intern(user_id: UUID, site_id: UUID) -> bool:
    """Say whether a person asks for exams at a site under a senior, and in no other way."""
    roles = [each.is_intern for each in list_physicians(site_id) if each.user_id == user_id]
    return bool(roles) and all(roles)
