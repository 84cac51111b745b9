"""Read links, starting from who asks; and who was shown an exam, for its history and its patient."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import SharedLink


def list_links(act: Act, *, actor: Actor) -> QuerySet[SharedLink]:
    """List the links of an act, latest first."""
    return SharedLink.objects.visible_to(actor).filter(act=act).order_by("-created_at")


def get_link(link_id: UUID, *, act_id: UUID, actor: Actor) -> SharedLink:
    """Return one link of an act.

    Raises:
        SharedLink.DoesNotExist: unknown, another act's, or not open to this actor.
    """
    return SharedLink.objects.visible_to(actor).get(pk=link_id, act_id=act_id)


def list_links_of_act(act: Act) -> QuerySet[SharedLink]:
    """List the links of an act that its page already opened, oldest first, for its history."""
    return SharedLink.objects.filter(act=act).prefetch_related("visits").order_by("created_at")


def map_links(act_id: UUID) -> dict[UUID, SharedLink]:
    """Map the links of an act by their number, under which the trail knows who looked through them."""
    return {link.pk: link for link in SharedLink.objects.filter(act_id=act_id).order_by("created_at")}
