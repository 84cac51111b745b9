import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from diaphane_launcher import demo, postgres, preparations
from diaphane_launcher.demo_files import (
    ensure_secret_key,
    read_seed,
    write_description,
    write_edge_configuration,
)
from diaphane_launcher.demo_settings import MODALITIES, DemoSettings

SEED = {
    "accounts": [{"role": "imageur", "email": "ines@example", "password": "p", "totp_secret": "s"}],
    "edge": {"site": "Saint-Aubin", "ae_title": "LISIERE", "code": "7K3QX-0"},
    "archive": {"issuer": "LISIERE-1", "people": []},
    "dicomweb_token": "web-token",
}


@pytest.fixture
def chosen(tmp_path: Path) -> DemoSettings:
    (tmp_path / "demo-seed.json").write_text(json.dumps(SEED))
    return DemoSettings(tmp_path, port=8001, dicom_port=11113, own_images=None)


def test_a_reset_deletes_what_the_demo_wrote_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres, "place_for", lambda var: var / "postgresql")
    for name in ("postgresql", "objects", "edge", "demo-images", "holiday-pictures"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "demo-seed.json").touch()
    demo.reset(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"demo-images", "holiday-pictures"}


def test_the_description_of_the_demo_is_closed_to_other_users(chosen: DemoSettings):
    write_description(chosen, read_seed(chosen.seed_path))
    path = chosen.var / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    described = json.loads(path.read_text())
    assert described["address"] == "http://127.0.0.1:8001"
    assert described["dicom"]["port"] == 11113
    assert described["dicomweb"]["token"] == "web-token"
    assert described["accounts"] == SEED["accounts"]


def test_the_gateway_listens_to_this_machine_only_and_knows_its_modalities(chosen: DemoSettings):
    path = write_edge_configuration(chosen, read_seed(chosen.seed_path), archive_port=11999)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    configuration = json.loads(path.read_text())
    assert configuration["host"] == "127.0.0.1"
    callers = {peer["ae_title"] for peer in configuration["peers"]}
    assert "token" not in configuration
    assert (configuration["archive"]["port"], configuration["archive"]["issuer"]) == (11999, "LISIERE-1")
    assert callers >= {modality.ae_title for modality in MODALITIES} | {"FINDSCU", "STORESCU"}


def test_the_pages_are_bound_to_this_machine_only(chosen: DemoSettings):
    assert "--host=127.0.0.1" in chosen.web_command()


def test_ones_own_images_replace_the_made_ones(tmp_path: Path):
    chosen = DemoSettings(tmp_path, port=1, dicom_port=2, own_images=tmp_path / "mine")
    command = chosen.modality_command(MODALITIES[0], called="LISIERE")
    assert f"--dicom={tmp_path / 'mine'}" in command
    assert not [part for part in command if part.startswith("--images")]


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path):
    key = ensure_secret_key(tmp_path)
    assert len(key) > 50
    assert ensure_secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_the_territory_is_prepared_again_for_another_day_or_another_database(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "PG_VERSION").write_text("18")
    os.utime(tmp_path / "two" / "PG_VERSION", (0, 0))
    day = date(2026, 11, 22)
    stamp = preparations.territory_stamp(tmp_path / "one", day)
    assert preparations.territory_stamp(tmp_path / "one", day) == stamp
    assert preparations.territory_stamp(tmp_path / "one", date(2026, 11, 23)) != stamp
    assert preparations.territory_stamp(tmp_path / "two", day) != stamp


def test_a_preparation_is_done_again_when_its_code_changed(tmp_path: Path):
    (tmp_path / "src" / "diaphane_demo").mkdir(parents=True)
    (tmp_path / "uv.lock").touch()
    source = tmp_path / "src" / "diaphane_demo" / "ct.py"
    source.write_text("slices = 300")
    before = preparations.digest_sources("diaphane_demo", root=tmp_path)
    source.write_text("slices = 301")
    assert preparations.digest_sources("diaphane_demo", root=tmp_path) != before


def test_the_gateway_is_enrolled_again_when_the_territory_gives_another_code(chosen: DemoSettings):
    assert not chosen.is_edge_enrolled()
    chosen.edge_credentials_path.parent.mkdir()
    chosen.edge_credentials_path.touch()
    assert chosen.is_edge_enrolled()
    later = chosen.edge_credentials_path.stat().st_mtime_ns + 1
    os.utime(chosen.seed_path, ns=(later, later))
    assert not chosen.is_edge_enrolled()
