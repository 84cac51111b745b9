"""The audit of what we install, by the real uv and npm; services play OSV and the registry."""

import argparse
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from diaphane_launcher import auditing
from diaphane_launcher.auditing import Audit, Verdict
from diaphane_launcher.errors import LauncherError

WEAKNESS = {"id": "PYSEC-0", "modified": "2026-01-01T00:00:00Z", "summary": "essai", "affected": []}
ADVISORY = {"id": 1, "url": "", "title": "essai", "severity": "high", "vulnerable_versions": "*", "cwe": []}
NO_ADDRESS = "http://127.0.0.1:9"


class Service(BaseHTTPRequestHandler):
    """Play OSV (querybatch, vulns) and npm's registry (advisories); ``weak`` names what has a weakness."""

    weak: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if "advisories" in self.path:
            self._answer({name: [ADVISORY] for name in self.weak})
            return
        names = [query["package"]["name"] for query in json.loads(asked)["queries"]]
        self._answer({"results": [{"vulns": [WEAKNESS]} if name in self.weak else {} for name in names]})

    def do_GET(self) -> None:
        name = self.path.strip("/")
        published = {"name": name, "versions": {"1.0.0": {"name": name, "version": "1.0.0"}}}
        self._answer(WEAKNESS if "vulns" in name else published)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, said: object) -> None:
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of the services, which npm is told of."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("npm_config_registry", address)
    monkeypatch.setattr(Service, "weak", set())
    yield address
    server.shutdown()
    server.server_close()


def test_a_weakness_of_a_python_package_is_found(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "weak", {"django"})
    found = auditing.audit_python(service)
    assert found.verdict is Verdict.FOUND
    assert "PYSEC-0" in found.output


def test_a_weakness_of_what_the_browser_gets_is_found(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "weak", {"htmx.org"})
    assert auditing.audit_browser().verdict is Verdict.FOUND
    assert auditing.audit_peers().verdict is Verdict.CLEAN


def test_where_nothing_is_known_all_is_well(service: str) -> None:
    assert auditing.audit_python(service).verdict is Verdict.CLEAN
    assert auditing.audit_browser().verdict is Verdict.CLEAN


def test_a_service_that_does_not_answer_concludes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", NO_ADDRESS)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    assert auditing.audit_python(NO_ADDRESS).verdict is Verdict.UNKNOWN
    assert auditing.audit_browser().verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("verdict", "is_strict", "words"),
    [
        (Verdict.FOUND, False, "Faiblesse connue : essai. Que faire : docs/runbooks/dependencies.md."),
        (Verdict.UNKNOWN, True, "Un service n'a pas répondu : rien n'est conclu."),
    ],
)
def test_the_command_fails_on_what_it_found_and_strictly_on_silence(
    verdict: Verdict, is_strict: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("audit_python", "audit_browser", "audit_peers"):
        monkeypatch.setattr(auditing, name, lambda: Audit("essai", verdict, "ce que dit l'outil"))
    options = argparse.Namespace(strict=is_strict)
    if verdict is Verdict.UNKNOWN:
        assert auditing.run(argparse.Namespace(strict=False)) == 0
    with pytest.raises(LauncherError, match=words.split(" :")[0]):
        auditing.run(options)
