"""Read the consents in force."""

from diaphane.acts.models import Act

from .models import Consent


def get_consent(act: Act, subject: str) -> Consent | None:
    """Return the last answer to one of the two questions."""
    return Consent.objects.filter(act=act, subject=subject).order_by("-recorded_at", "-id").first()
