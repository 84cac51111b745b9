"""Keep the token by which the platform knows this gateway: in a file that its owner alone reads."""

import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from .config import Config
from .durable import write_durably
from .faults import spell_fault, spell_misreading
from .logs import log
from .settings import ConfigError

OWNER_ONLY = 0o600
OTHERS = 0o077
UNREAD = (json.JSONDecodeError, UnicodeDecodeError)
AGAIN = "demandez un code, puis « diaphane-edge enrol » l’écrit de nouveau"
NOT_ENROLLED = "cette passerelle n’est pas enrôlée : demandez un code, puis « diaphane-edge enrol »"


@dataclass(frozen=True)
class Credential:
    """A token, when it ends, and from when the next one should be asked for (ISO 8601, with an offset)."""

    token: str
    expires_at: str
    renew_at: str

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to ask for the next token."""
        return datetime.fromisoformat(self.renew_at).timestamp() <= time.time()


def parse_credential(value: object) -> Credential:
    """Read a credential as the platform gives it and its file keeps it. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("not an object")
    names = (value.get("token"), value.get("expires_at"), value.get("renew_at"))
    token, expires_at, renew_at = (each if isinstance(each, str) else "" for each in names)
    if not token.isascii() or not token.isprintable() or not token:
        raise ValueError("no token")
    for moment in (expires_at, renew_at):
        datetime.fromisoformat(moment)
    return Credential(token, expires_at, renew_at)


@dataclass(frozen=True)
class CredentialState:
    """When the credential ends, None when nobody knows; `is_held` is false before enrolment."""

    is_held: bool = True
    ends_at: float | None = None
    is_by_hand: bool = False
    is_file_lost: bool = False
    """Whether it is in memory alone: its file has vanished or cannot be read."""
    is_renewal_failing: bool = False


class Credentials:
    """The credential in use, in memory and on disk. Every method may be called from any thread.

    It goes on from memory when its file vanishes or cannot be read, until it is renewed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._credential, self._seen = self._read()
        self._is_file_lost = False

    @property
    def current(self) -> Credential:
        """The credential in use."""
        with self._lock:
            return self._credential

    @property
    def token(self) -> str:
        """The token to send with a request."""
        return self.current.token

    @property
    def state(self) -> CredentialState:
        """What to tell of it."""
        with self._lock:
            ends_at = datetime.fromisoformat(self._credential.expires_at).timestamp()
            return CredentialState(ends_at=ends_at, is_file_lost=self._is_file_lost)

    def replace(self, credential: Credential) -> None:
        """Take another credential, on disk first if the disk takes it."""
        with self._lock:
            try:
                write_credential(self._path, credential)
                self._seen = self._path.stat().st_mtime_ns
                self._is_file_lost = False
            except OSError as error:
                self._lose_file(error)
            self._credential = credential

    def look_again(self) -> None:
        """Take the credential that a new enrolment has written meanwhile."""
        with self._lock:
            try:
                if self._path.stat().st_mtime_ns != self._seen:
                    self._credential, self._seen = self._read()
                    self._is_file_lost = False
            except (OSError, ConfigError) as error:
                self._lose_file(error)

    def _lose_file(self, error: Exception) -> None:
        if not self._is_file_lost:
            log.warning("credential_file_lost", reason=type(error).__name__)
        self._is_file_lost = True

    def _read(self) -> tuple[Credential, int]:
        """Read the file and when it was written. Raises ConfigError."""
        try:
            status = self._path.stat()
            credential = parse_credential(json.loads(self._path.read_bytes()))
        except FileNotFoundError as error:
            raise ConfigError(NOT_ENROLLED) from error
        except OSError as error:
            what = f"le jeton {self._path} ne se lit pas : {spell_fault(error)}"
            raise ConfigError(f"{what} ; rendez ce fichier à ce compte, ou {AGAIN}.") from error
        except ValueError as error:
            why = spell_misreading(error) if isinstance(error, UNREAD) else "ce n’est pas du JSON de jeton"
            what = f"le jeton {self._path} est abîmé : {why}"
            raise ConfigError(f"{what} ; {AGAIN}.") from error
        if status.st_mode & OTHERS:
            what = f"le jeton {self._path} peut être lu par d’autres"
            raise ConfigError(f"{what} ; écrivez « chmod 600 {self._path} ».")
        return credential, status.st_mtime_ns


class FixedCredentials:
    """A token given by hand in the configuration: it is never renewed."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.state = CredentialState(is_by_hand=True)


def write_credential(path: Path, credential: Credential) -> None:
    """Write a credential whole or not at all, readable by its owner alone. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = os.umask(OTHERS)
    try:
        write_durably(path, json.dumps(asdict(credential)).encode())
    finally:
        os.umask(before)


def open_credentials(config: Config) -> Credentials | FixedCredentials:
    """Return what this gateway proves itself with. Raises ConfigError when it is not enrolled."""
    return FixedCredentials(config.token) if config.token else Credentials(config.credentials)


def look_at_credentials(config: Config) -> CredentialState:
    """Return what to tell of the credential of a gateway that does not run."""
    try:
        return open_credentials(config).state
    except ConfigError:
        return CredentialState(is_held=False)
