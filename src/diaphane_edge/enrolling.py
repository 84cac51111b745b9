"""Become known to the platform by a one-time code, and renew what proves it in time."""

from dataclasses import dataclass

import httpx

from .credentials import Credential, Credentials, parse_credential
from .logs import log
from .platform import TIMEOUT, Platform, PlatformError


class EnrolmentRefusedError(RuntimeError):
    """Say, in the platform's words, why a code was not taken."""


def enrol(*, url: str, code: str) -> Credential:
    """Exchange a one-time code for a credential. Raises EnrolmentRefusedError."""
    try:
        response = httpx.post(f"{url}/edge/v1/enrol", json={"code": code}, timeout=TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise EnrolmentRefusedError(_spell_silence(url, error)) from error
    try:
        given = response.json()
        if response.status_code == 201:
            return parse_credential(given)
        reason = " ".join(str(given["error"]).split())
    except (ValueError, KeyError, TypeError):
        reason = (
            f"« platform_url » : {url} répond autre chose que Diaphane (HTTP {response.status_code}) ;"
            " écrivez l’adresse de la plateforme."
        )
    raise EnrolmentRefusedError(reason)


def _spell_silence(url: str, error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        what = "son certificat n’est pas reconnu sur cette machine"
        return f"« platform_url » : {url}, {what} ; ajoutez l’autorité qui l’a signé à celles du système."
    what = f"la plateforme ne répond pas ({type(error).__name__})"
    return f"« platform_url » : {url}, {what} ; vérifiez l’adresse, et que cette machine atteint Internet."


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
