"""The process itself: configuration, stop, status."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from pynetdicom import AE

from .edge import EDGE_TITLE, ENVIRONMENT, SCANNER, Edge, free_port
from .receiver import TOKEN, Receiver


def run(config: Path, command: str = "run") -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "diaphane_edge", command, "--config", str(config)]
    return subprocess.run(
        arguments, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_taken_port_is_one_clear_line_and_a_failure(tmp_path: Path, receiver: Receiver) -> None:
    edge = Edge(tmp_path, platform_url=receiver.url, token=TOKEN)
    with socket.create_server(("127.0.0.1", edge.port)):
        refused = run(edge.config)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert str(edge.port) in refused.stderr


def test_a_second_gateway_on_the_same_spool_is_refused(edge: Edge) -> None:
    refused = run(edge.config)
    assert refused.returncode == 1
    assert "another gateway" in refused.stderr


def test_a_missing_configuration_is_one_clear_line(tmp_path: Path) -> None:
    refused = run(tmp_path / "none.json")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1


def test_status_without_a_spool_is_refused(tmp_path: Path, receiver: Receiver) -> None:
    edge = Edge(tmp_path, platform_url=receiver.url, token=TOKEN)
    assert run(edge.config, "status").returncode == 1


def test_a_stop_is_clean_even_with_an_open_association(edge: Edge) -> None:
    with socket.create_connection(("127.0.0.1", edge.port)):
        assert edge.stop() == 0
    assert any(event["event"] == "edge_stopped" for event in edge.events())


def test_a_stop_does_not_wait_for_a_sender(edge: Edge) -> None:
    entity = AE(SCANNER)
    entity.add_requested_context("1.2.840.10008.1.1")
    association = entity.associate("127.0.0.1", edge.port, ae_title=EDGE_TITLE)
    assert association.is_established
    assert edge.stop() == 0
    association.kill()


def test_the_status_is_served_locally_and_printed(tmp_path: Path, receiver: Receiver) -> None:
    port = free_port()
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN, status_port=port) as edge:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            told = json.loads(answer.read())
        assert told["queue"] == {"waiting": 0, "set_aside": 0, "oldest_seconds": 0}
        assert "waiting: 0" in edge.status()
    assert "waiting: 0" in edge.status()


@pytest.mark.parametrize("name", ["spool", "spool/objects"])
def test_the_spool_is_closed_to_other_users(edge: Edge, name: str) -> None:
    assert (edge.folder / name).stat().st_mode & 0o077 == 0
