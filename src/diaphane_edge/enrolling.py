"""Become known to the platform by a one-time code, and renew what proves it in time."""

from dataclasses import dataclass

import httpx

from .credentials import Credential, Credentials
from .logs import log
from .platform import TIMEOUT, Platform, PlatformError


class EnrolmentRefusedError(RuntimeError):
    """Say, in the platform's words, why a code was not taken."""


def enrol(*, url: str, code: str) -> Credential:
    """Exchange a one-time code for a credential. Raises EnrolmentRefusedError."""
    try:
        response = httpx.post(f"{url}/edge/v1/enrol", json={"code": code}, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        raise EnrolmentRefusedError(f"la plateforme ne répond pas ({type(error).__name__})") from error
    try:
        given = response.json()
        if response.status_code == 201:
            return Credential(given["token"], given["expires_at"], given["renew_at"])
        reason = str(given["error"])
    except (ValueError, KeyError, TypeError):
        reason = f"la plateforme répond HTTP {response.status_code}"
    raise EnrolmentRefusedError(reason)


@dataclass
class Renewal:
    """Renew the credential when it is time. A stop at any moment loses nothing: the old one still serves."""

    credentials: Credentials
    platform: Platform

    def renew_when_due(self) -> None:
        """Ask for the next credential if it is time; take the one of a new enrolment, if there was one."""
        self.credentials.look_again()
        if not self.credentials.current.is_due:
            return
        try:
            given = self.platform.renew_credential()
        except PlatformError:
            return
        self.credentials.replace(given)
        log.info("credential_renewed", expires_at=given.expires_at)
