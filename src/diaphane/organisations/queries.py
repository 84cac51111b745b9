"""Who works where, what they have in order, which conventions their structure has."""

from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.rights import may

from .models import Convention, Credential, Membership, Room, Structure


def list_memberships(user_id: UUID) -> QuerySet[Membership]:
    """List the roles that a person holds now, oldest first."""
    return Membership.objects.held().filter(user_id=user_id).select_related("structure").order_by("id")


def find_professional_actor(rpps: str, *, role: Role, structure_id: UUID) -> Actor | None:
    """Return who acts under an RPPS in a role at a structure, for a service that speaks for them."""
    held = Membership.objects.held().filter(
        user__professional__rpps=rpps, user__is_active=True, role=role.value, structure_id=structure_id
    )
    found = held.select_related("user", "structure").first()
    if found is None:
        return None
    return Actor(
        id=found.user_id,
        role=role,
        label=found.user.name,
        structure_id=found.structure_id,
        structure_label=found.structure.name,
    )


def has_role(user_id: UUID, role: Role) -> bool:
    """Say whether a structure has given this person a role."""
    return Membership.objects.held().filter(user_id=user_id, role=role.value).exists()


def get_ground(actor: Actor) -> UUID:
    """Return the structure that an actor speaks for; nobody's id for who speaks for none."""
    return actor.structure_id or UUID(int=0)


def get_structure(structure_id: UUID) -> Structure:
    """Return one structure."""
    return Structure.objects.get(pk=structure_id)


def get_ground_structure(structure_id: UUID, *, actor: Actor) -> Structure:
    """Return a structure on which the actor acts: their own, or any for who runs the platform (R41).

    Raises:
        Structure.DoesNotExist: unknown, or another one.
    """
    return list_grounds(actor).get(pk=structure_id)


def list_grounds(actor: Actor) -> QuerySet[Structure]:
    """List the structures on which an actor acts, with the one of which each is a site."""
    found = Structure.objects.select_related("part_of").order_by("name")
    return found if may(actor, "structure.any") else found.filter(pk=get_ground(actor))


def list_founded() -> QuerySet[Structure]:
    """List the structures that are no site of another, for who creates sites."""
    return Structure.objects.filter(part_of=None)


def list_sites_of(structure_id: UUID) -> QuerySet[Structure]:
    """List the sites of a structure."""
    return Structure.objects.filter(part_of_id=structure_id)


def list_staff(structure_id: UUID) -> QuerySet[Membership]:
    """List the roles held at a structure now, or later, by name."""
    held = Membership.objects.unended().filter(structure_id=structure_id, user__is_active=True)
    return held.select_related("user").order_by("user__name", "id")


def find_site(name: str) -> Structure:
    """Return the structure of a FINESS number, or of the issuer of its identifiers.

    Raises:
        Structure.DoesNotExist
    """
    return Structure.objects.get(Q(finess=name) | Q(issuer=name))


def list_rooms(*, structure_id: UUID, modality: str) -> QuerySet[Room]:
    """List the rooms of a site that can make a modality's exams."""
    return Room.objects.filter(structure_id=structure_id, modality=modality)


def get_credential(credential_id: UUID, *, actor: Actor) -> Credential:
    """Return a proof: one's own, or of the people of one's structure for who checks them.

    Raises:
        Credential.DoesNotExist: unknown, or not open to this actor.
    """
    return Credential.objects.visible_to(actor).select_related("holder").get(pk=credential_id)


def find_credential(credential_id: UUID) -> Credential | None:
    """Return a proof for the system itself, which answers to an event."""
    return Credential.objects.filter(pk=credential_id).first()


def list_credentials(user_id: UUID, *, actor: Actor) -> QuerySet[Credential]:
    """List the proofs of a person, the last brought first, with what happened to each."""
    found = Credential.objects.visible_to(actor).filter(holder_id=user_id)
    return found.prefetch_related("steps")


def list_conventions(actor: Actor) -> QuerySet[Convention]:
    """List the conventions of the actor's structure, the last to begin first."""
    found = Convention.objects.visible_to(actor).select_related("requesting_site", "reading_structure")
    return found.prefetch_related("spans").order_by("-valid_from", "reference")


def get_convention(convention_id: UUID, *, actor: Actor) -> Convention:
    """Return a convention of the actor's structure.

    Raises:
        Convention.DoesNotExist: the actor's structure is no side of it.
    """
    return list_conventions(actor).get(pk=convention_id)


def list_other_structures(actor: Actor) -> QuerySet[Structure]:
    """List the structures with which a convention can be proposed."""
    return Structure.objects.exclude(pk=get_ground(actor))


def list_partners(actor: Actor) -> QuerySet[Structure]:
    """List the structures that a convention, whatever its state, joins to the actor's."""
    found = Convention.objects.visible_to(actor)
    sides = found.values("requesting_site_id").union(found.values("reading_structure_id"))
    return Structure.objects.filter(pk__in=sides).exclude(pk=get_ground(actor))


def list_rooms_of(structure_id: UUID) -> QuerySet[Room]:
    """List every room of a structure."""
    return Room.objects.filter(structure_id=structure_id)


def get_room(room_id: UUID, *, actor: Actor) -> Room:
    """Return a room of the actor's structure.

    Raises:
        Room.DoesNotExist: unknown, or another structure's.
    """
    return list_rooms_of(get_ground(actor)).get(pk=room_id)


def list_addresses(structure_id: UUID, role: Role) -> list[str]:
    """List the mail addresses of the people in one role at a structure, those who can log in."""
    held = Membership.objects.held().filter(structure_id=structure_id, role=role.value, user__is_active=True)
    return sorted(set(held.values_list("user__email", flat=True)))
