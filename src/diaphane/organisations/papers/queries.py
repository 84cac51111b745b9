"""Read the papers of a site, from the actor (R41, R42)."""

from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.kernel.actors import Actor
from diaphane.organisations.models import (
    Convention,
    Equipment,
    Membership,
    Paper,
    PaperKind,
    PaperState,
    Structure,
)
from diaphane.organisations.queries import get_ground


def list_paper_sites(actor: Actor) -> QuerySet[Structure]:
    """List the structures whose papers an actor reads: one's own, and those that a convention joins to it."""
    joined = Convention.objects.visible_to(actor)
    return Structure.objects.filter(
        Q(pk=get_ground(actor))
        | Q(pk__in=joined.values("requesting_site_id"))
        | Q(pk__in=joined.values("reading_structure_id"))
    ).order_by("name")


def get_paper_site(site_id: UUID, *, actor: Actor) -> Structure:
    """Return a structure whose papers are open to the actor.

    Raises:
        Structure.DoesNotExist: unknown, or nothing joins it to the actor's.
    """
    return list_paper_sites(actor).get(pk=site_id)


def get_paper(paper_id: UUID, *, actor: Actor) -> Paper:
    """Return one version.

    Raises:
        Paper.DoesNotExist: unknown, or of a site that is not open to the actor.
    """
    return Paper.objects.visible_to(actor).select_related("site").get(pk=paper_id)


def find_paper(paper_id: UUID) -> Paper | None:
    """Return one version for the system itself, which answers to an event."""
    return Paper.objects.filter(pk=paper_id).first()


def list_versions(site_id: UUID, kind: PaperKind, *, actor: Actor) -> QuerySet[Paper]:
    """List every version of a kind at a site, the last first."""
    return Paper.objects.visible_to(actor).filter(site_id=site_id, kind=kind).order_by("-version")


def find_last_text(kind: PaperKind, *, actor: Actor) -> str:
    """Return the text of the last version at the actor's own site; nothing when there is none."""
    found = Paper.objects.filter(site_id=get_ground(actor), kind=kind).exclude(state=PaperState.WITHDRAWN)
    last = found.order_by("-version").first()
    return last.body if last else ""


def list_unpledged(paper: Paper) -> list[str]:
    """List, by name, the people of the site who have not committed to a version yet."""
    staff = Membership.objects.held().filter(structure_id=paper.site_id, user__is_active=True)
    missing = staff.exclude(user_id__in=paper.pledges.values("person_id"))
    return sorted(set(missing.values_list("user__name", flat=True)))


def asks_for_exams(site_id: UUID) -> bool:
    """Say whether a convention, whatever its state, makes this structure one that asks for exams."""
    return Convention.objects.filter(requesting_site_id=site_id).exists()


def list_site_conventions(site_id: UUID, *, actor: Actor) -> QuerySet[Convention]:
    """List the conventions of a site that the actor may see."""
    sides = Q(requesting_site_id=site_id) | Q(reading_structure_id=site_id)
    found = Convention.objects.visible_to(actor).filter(sides)
    return found.select_related("requesting_site", "reading_structure").order_by("-valid_from", "reference")


def get_equipment(equipment_id: UUID, *, actor: Actor) -> Equipment:
    """Return a piece of equipment in use at the actor's own site, with its checks, the last first.

    Raises:
        Equipment.DoesNotExist: unknown, another site's, or no longer used.
    """
    own = Equipment.objects.filter(site_id=get_ground(actor), removed_at=None)
    return own.prefetch_related("checks").get(pk=equipment_id)
