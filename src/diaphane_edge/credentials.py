"""Keep the token by which the platform knows this gateway: in a file that its owner alone reads."""

import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from .config import Config, ConfigError
from .durable import write_durably

OWNER_ONLY = 0o600
OTHERS = 0o077


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


class Credentials:
    """The credential in use, in memory and on disk. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._credential, self._seen = self._read()

    @property
    def current(self) -> Credential:
        """The credential in use."""
        with self._lock:
            return self._credential

    @property
    def token(self) -> str:
        """The token to send with a request."""
        return self.current.token

    def replace(self, credential: Credential) -> None:
        """Take another credential, on disk first."""
        write_credential(self._path, credential)
        with self._lock:
            self._credential, self._seen = self._read()

    def look_again(self) -> None:
        """Take the credential that a new enrolment has written meanwhile."""
        with self._lock:
            if self._path.stat().st_mtime_ns != self._seen:
                self._credential, self._seen = self._read()

    def _read(self) -> tuple[Credential, int]:
        """Read the file and when it was written. Raises ConfigError."""
        try:
            status = self._path.stat()
            held = json.loads(self._path.read_bytes())
            credential = Credential(**held)
            datetime.fromisoformat(credential.renew_at)
        except FileNotFoundError as error:
            raise ConfigError("this gateway is not enrolled: ask for a code, then run `enrol`") from error
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{self._path} cannot be read: {type(error).__name__}") from error
        if status.st_mode & OTHERS:
            raise ConfigError(f"{self._path} may be read by others: chmod 600")
        return credential, status.st_mtime_ns


class FixedCredentials:
    """A token given by hand in the configuration: it is never renewed."""

    def __init__(self, token: str) -> None:
        self.token = token


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
