"""Refuse to start in production on settings that would leave people's data in the open (R39, R46)."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
FEWEST_DIFFERENT = 16
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def refuse_unsafe(*, base_url: str, secret_key: str) -> None:
    """Check the address of the pages and the secret key.

    Raises:
        ImproperlyConfigured: a reason for each setting that is not safe, in one message.
    """
    reasons = [*_judge_address(base_url), *_judge_secret(secret_key)]
    if reasons:
        raise ImproperlyConfigured("; ".join(reasons))


def _judge_address(base_url: str) -> list[str]:
    """Want https, except on this machine alone, where a proxy that ends TLS may stand in front."""
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        return ["DIAPHANE_URL is not an http or https address"]
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        return ["DIAPHANE_URL must be https: passwords and health data travel on it"]
    return []


def _judge_secret(secret_key: str) -> list[str]:
    if not secret_key:
        return ["DIAPHANE_SECRET_KEY is required"]
    if len(secret_key) < SHORTEST_SECRET or len(set(secret_key)) < FEWEST_DIFFERENT:
        return [f"DIAPHANE_SECRET_KEY must hold at least {SHORTEST_SECRET} random characters"]
    return []
