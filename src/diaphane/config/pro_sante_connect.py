"""Where Pro Santé Connect is, and as whom the platform speaks to it; nothing said, no button (R39, R46)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from diaphane.config.production import LOOPBACK

_NAMES = {
    "configuration": "DIAPHANE_PSC_CONFIGURATION",
    "client_id": "DIAPHANE_PSC_CLIENT_ID",
    "client_secret": "DIAPHANE_PSC_CLIENT_SECRET",
}


def read_pro_sante_connect(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the address of the OpenID configuration, the client and its secret; empty when none is given.

    Raises:
        ImproperlyConfigured: one of the three is missing, or the address is not https.
    """
    said = {key: environment.get(name, "").strip() for key, name in _NAMES.items()}
    if not any(said.values()):
        return {}
    missing = [name for key, name in _NAMES.items() if not said[key]]
    if missing:
        raise ImproperlyConfigured(f"Pro Santé Connect also wants {', '.join(missing)}")
    address = urlsplit(said["configuration"])
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise ImproperlyConfigured("DIAPHANE_PSC_CONFIGURATION must be https: it says whose keys are trusted")
    return said
