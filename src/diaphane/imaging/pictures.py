"""Pictures for those who need no workstation: one frame of one image, windowed, as a JPEG."""

from dataclasses import dataclass
from uuid import UUID

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane_dicom.render import encode_jpeg, render_frame, shrink

from .models import Instance
from .pixels import open_pixels
from .quarantine_models import not_closed_to

LONGEST_SIDE = 1024


@dataclass(frozen=True)
class Picture:
    """One frame to show, counted from 1."""

    instance: Instance
    frame: int


def find_picture(act: Act, *, instance_id: UUID, frame: int, actor: Actor) -> Picture | None:
    """Return one frame of an act's verified images, counted from 1, or None."""
    found = Instance.objects.filter(
        not_closed_to(actor, study="series__study"),
        series__study__act=act,
        pk=instance_id,
        verified_at__isnull=False,
        number_of_frames__gte=frame,
    ).first()
    return Picture(found, frame) if found is not None and frame > 0 else None


def render_picture(picture: Picture) -> bytes:
    """Return one frame as a JPEG, for display only, its longest side at most ``LONGEST_SIDE`` pixels.

    Raises:
        UndecodableFrameError: no decoder reads it.
    """
    source = open_pixels(picture.instance)
    [encoded] = source.read([picture.frame])
    shown = render_frame(encoded, source.header, source.transfer_syntax_uid, index=picture.frame - 1)
    return encode_jpeg(shrink(shown, width=LONGEST_SIDE, height=LONGEST_SIDE), quality=88)
