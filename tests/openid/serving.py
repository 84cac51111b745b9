"""Run the provider as a child of the tests, and walk its redirects as a browser would."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from re import search

import httpx

from diaphane_launcher.frontend import find_node
from tests.live_server import find_free_port

_PATIENCE = 60.0
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Provider:
    """A running provider: its address, and what a platform is told of it."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def settings(self) -> dict[str, str]:
        """Return what the platform's settings say."""
        return {
            "configuration": f"{self.url}/.well-known/openid-configuration",
            "client_id": "diaphane-test",
            "client_secret": "secret-of-the-tests",
        }

    def play(self, **scene: str) -> None:
        """Say who stands there (``SubjectNameID``), at which level (``acr``), and what is forged."""
        httpx.get(f"{self.url}/scene", params=scene).raise_for_status()

    def list_asked(self) -> dict[str, str]:
        """Return what the platform asked, at the last login."""
        return dict(httpx.get(f"{self.url}/asked").json())

    def make_logout_token(self, **claims: str) -> str:
        """Return a logout token for a session (``sid``) or a person (``sub``), forged or not (``forge``)."""
        return httpx.get(f"{self.url}/logout-token", params=claims).raise_for_status().text

    def end(self, sid: str) -> None:
        """Let the provider itself tell the platform that a session ended."""
        httpx.get(f"{self.url}/end", params={"sid": sid}).raise_for_status()

    def walk(self, address: str, *, until: str) -> str:
        """Follow the provider's redirects from an address, and return the one that leaves it."""
        with httpx.Client() as browser:
            for _step in range(12):
                if address.startswith(until):
                    return address
                answer = browser.get(address)
                assert answer.has_redirect_location, (answer.status_code, answer.text[:400])
                address = str(answer.next_request.url) if answer.next_request else ""
        raise AssertionError(f"it never came back: {address}")


@contextmanager
def serving_provider(
    folder: Path, *, platform: str, host: str = "127.0.0.1", told: str = ""
) -> Iterator[Provider]:
    """Run a provider that knows a platform by its address, until the block ends.

    ``told`` hears of logouts, where the platform does not.
    """
    port = find_free_port()
    script = Path(shutil.copy(_HERE / "server.mjs", folder))
    (folder / "node_modules").symlink_to(Path(os.environ["DIAPHANE_PEERS"]) / "node_modules")
    log = folder / "provider.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [find_node(), str(script), str(port), host, platform, told], stdout=output, stderr=output
        )
    provider = Provider(f"http://{host}:{port}", process)
    try:
        _wait(provider, log)
        yield provider
    finally:
        process.kill()
        process.wait()


def find_refresh(page: str) -> str:
    """Return where a page of ours leads by itself."""
    found = search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found, page
    return unescape(found.group(1))


def _wait(provider: Provider, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and provider.process.poll() is None:
        try:
            httpx.get(provider.settings["configuration"]).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the provider did not start:\n{log.read_text()}")
