"""Images that came, and what was recorded about them, are judged while the patient is there (R88)."""

from diaphane.acquisition.jobs import check_soon
from diaphane.events.models import Event


def check_images_soon(event: Event) -> None:
    """Have the act's images judged in a moment."""
    if event.act_id is not None:
        check_soon(event.act_id)
