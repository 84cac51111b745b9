"""The configuration file."""

import json
from pathlib import Path

import pytest

from diaphane_edge.config import ConfigError, read_config

GOOD: dict[str, object] = {
    "site": "lisiere",
    "ae_title": "LISIERE",
    "host": "127.0.0.1",
    "port": 11112,
    "spool": "/tmp/spool",  # noqa: S108
    "platform_url": "http://127.0.0.1:8000/",
    "peers": [{"ae_title": "SCANNER1", "address": "10.0.0.0/24"}],
}


def write(folder: Path, content: object) -> Path:
    path = folder / "edge.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_key_is_named(tmp_path: Path, missing: str) -> None:
    content = {key: value for key, value in GOOD.items() if key != missing}
    with pytest.raises(ConfigError, match=missing):
        read_config(write(tmp_path, content))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ae_title": ""},
        {"ae_title": "A" * 17},
        {"ae_title": "LISIÈRE"},
        {"port": "11112"},
        {"port": 70000},
        {"platform_url": "ftp://x"},
        {"platform_url": "nowhere"},
        {"peers": []},
        {"peers": "SCANNER1"},
        {"peers": [{"ae_title": "SCANNER1"}]},
        {"peers": [{"ae_title": "SCANNER1", "address": "everywhere"}]},
        {"worklist_poll_seconds": 0},
        {"worklist_poll_seconds": "often"},
    ],
    ids=str,
)
def test_an_absurd_value_is_refused_in_one_line(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_config(write(tmp_path, GOOD | wrong))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("content", [[], "text", 3])
def test_something_else_than_an_object_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(ConfigError):
        read_config(write(tmp_path, content))


def test_a_peer_is_known_by_title_and_address_together(tmp_path: Path) -> None:
    [peer] = read_config(write(tmp_path, GOOD)).peers
    assert not peer.is_calling(ae_title="SCANNER2", address="10.0.0.7")
    assert not peer.is_calling(ae_title="SCANNER1", address="10.0.1.7")
    assert peer.is_calling(ae_title="SCANNER1", address="10.0.0.7")


def test_defaults_and_the_address_are_tidied(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, GOOD))
    assert (config.status_port, config.worklist_poll_seconds) == (0, 5.0)
    assert config.platform_url == "http://127.0.0.1:8000"
