"""Pictures for those who need no workstation: one frame of one image, windowed, as a JPEG."""

from dataclasses import dataclass
from uuid import UUID

from diaphane.kernel.actors import Actor
from diaphane_dicom.render import Window, encode_jpeg, render_frame, shrink

from .models import Instance
from .pixels import open_pixels
from .shown import Shown, list_shown

LONGEST_SIDE = 1024


@dataclass(frozen=True)
class Picture:
    """One frame to show, counted from 1."""

    instance: Instance
    frame: int


def find_instance(shown: Shown, *, instance_id: UUID, actor: Actor) -> Instance | None:
    """Return one verified image of an act or of one study, or None."""
    found = list_shown(shown, actor=actor).filter(pk=instance_id, number_of_frames__gt=0)
    return found.select_related("series__study").first()


def find_picture(shown: Shown, *, instance_id: UUID, frame: int, actor: Actor) -> Picture | None:
    """Return one frame of the verified images of an act or of one study, counted from 1, or None."""
    found = find_instance(shown, instance_id=instance_id, actor=actor)
    return Picture(found, frame) if found is not None and 0 < frame <= found.number_of_frames else None


def find_named_picture(shown: Shown, *, sop_instance_uid: str, frame: int, actor: Actor) -> Picture | None:
    """Return the same frame by the name that a DICOM viewer knows, or None."""
    found = (
        list_shown(shown, actor=actor).filter(sop_instance_uid=sop_instance_uid).values_list("pk", flat=True)
    )
    known = found.first()
    return find_picture(shown, instance_id=known, frame=frame, actor=actor) if known else None


def render_picture(picture: Picture, *, window: Window | None = None, side: int = LONGEST_SIDE) -> bytes:
    """Return one frame as a JPEG, for display only, its longest side at most ``side`` pixels.

    Raises:
        UndecodableFrameError: no decoder reads it.
    """
    source = open_pixels(picture.instance)
    [encoded] = source.read([picture.frame])
    shown = render_frame(
        encoded, source.header, source.transfer_syntax_uid, index=picture.frame - 1, window=window
    )
    return encode_jpeg(shrink(shown, width=side, height=side), quality=88)
