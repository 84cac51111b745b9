"""The process itself: configuration, stop, status."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pynetdicom import AE

from .edge import EDGE_TITLE, ENVIRONMENT, SCANNER, Edge, wait_until
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
    assert "une autre passerelle" in refused.stderr


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


def test_the_state_is_served_as_a_page_as_json_and_as_figures(watched: tuple[Edge, int]) -> None:
    _, port = watched
    page = httpx.get(f"http://127.0.0.1:{port}/")
    assert "Tout est parti" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert httpx.get(f"http://127.0.0.1:{port}/page.css").headers["Content-Type"].startswith("text/css")
    told = httpx.get(f"http://127.0.0.1:{port}/status.json").json()
    assert told["queue"] == {"waiting": 0, "set_aside": 0, "oldest_seconds": 0}
    assert "diaphane_edge_disk_free_bytes" in httpx.get(f"http://127.0.0.1:{port}/metrics").text


@pytest.mark.parametrize(("path", "host"), [("/nowhere", "127.0.0.1"), ("/", "attacker.example"), ("/", "")])
def test_nothing_is_served_elsewhere_nor_under_another_name(
    watched: tuple[Edge, int], path: str, host: str
) -> None:
    answer = httpx.get(f"http://127.0.0.1:{watched[1]}{path}", headers={"Host": host})
    assert answer.status_code == 404
    assert answer.content == b""


def test_the_state_is_printed_by_the_gateway_or_in_its_absence(
    watched: tuple[Edge, int], tmp_path: Path, receiver: Receiver
) -> None:
    edge, _ = watched
    wait_until(lambda: "Liaison : établie depuis" in edge.status())
    assert "arrêtée" not in edge.status()
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN) as silent:
        assert "arrêtée" not in silent.status()
        assert "Liaison : pas encore essayée" in silent.status()
    assert "La passerelle est arrêtée" in silent.status()


@pytest.mark.parametrize("name", ["spool", "spool/objects"])
def test_the_spool_is_closed_to_other_users(edge: Edge, name: str) -> None:
    assert (edge.folder / name).stat().st_mode & 0o077 == 0
