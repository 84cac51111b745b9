"""Debian's Orthanc as the archive of a site."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from .edge import EDGE_TITLE, ENVIRONMENT, wait_until

TITLE = "ARCHIVE"
PROGRAM = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
needs_orthanc = pytest.mark.skipif(PROGRAM is None, reason="Orthanc is not installed")


class Orthanc:
    """An archive on a folder, which knows one gateway."""

    def __init__(self, folder: Path, *, port: int, gateway_port: int, **settings: object) -> None:
        folder.mkdir(parents=True)
        self.port = port
        self._log = folder / "orthanc.log"
        self._configuration = folder / "orthanc.json"
        content = {
            "DicomAet": TITLE,
            "DicomPort": self.port,
            "HttpServerEnabled": False,
            "StorageDirectory": str(folder / "storage"),
            "DicomAlwaysAllowStore": True,
            "DicomModalities": {
                "gateway": {
                    "AET": EDGE_TITLE,
                    "Host": "127.0.0.1",
                    "Port": gateway_port,
                    "AllowFind": True,
                    "AllowGet": True,
                    "AllowMove": True,
                }
            },
            "Plugins": [],
        }
        self._configuration.write_text(json.dumps(content | settings))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as stream:
            self._process = subprocess.Popen(
                [str(PROGRAM), str(self._configuration)], stdout=stream, stderr=stream, env=ENVIRONMENT
            )
        wait_until(self._is_listening)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def modality(self, *, tls: bool) -> None:
        """Say whether it sends to the gateway over TLS."""
        content = json.loads(self._configuration.read_text())
        content["DicomModalities"]["gateway"]["UseDicomTls"] = tls
        self._configuration.write_text(json.dumps(content))

    def hold(self, *files: Path, options: Iterable[object] = ()) -> None:
        """Store files in the archive."""
        done = subprocess.run(
            [
                "storescu",
                *map(str, options),
                "-R",
                "-aec",
                TITLE,
                "127.0.0.1",
                str(self.port),
                *map(str, files),
            ],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
