import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from diaphane_launcher.errors import LauncherError
from diaphane_launcher.places import ROOT
from diaphane_launcher.uvwheel import Wheel, choose_wheel, extract_uv, read_uv_wheels, verify


def wheel(tags: str) -> Wheel:
    return Wheel("1.0", f"https://packages.example/uv-1.0-py3-none-{tags}.whl", "0" * 64)


PUBLISHED = [
    wheel("macosx_11_0_arm64"),
    wheel("manylinux_2_17_x86_64.manylinux2014_x86_64"),
    wheel("manylinux_2_28_aarch64"),
    wheel("manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"),
    wheel("musllinux_1_1_x86_64"),
    wheel("win_amd64"),
]


def test_a_system_without_published_wheel_is_refused_in_one_line():
    with pytest.raises(LauncherError, match="Aucune version de uv"):
        choose_wheel(PUBLISHED, system="Linux", machine="sparc64", musl=False)


def test_a_system_that_is_neither_linux_nor_macos_is_refused():
    with pytest.raises(LauncherError, match="Windows"):
        choose_wheel(PUBLISHED, system="Windows", machine="AMD64", musl=False)


@pytest.mark.parametrize(
    ("system", "machine", "musl", "chosen"),
    [
        ("Linux", "x86_64", False, 1),
        ("Linux", "x86_64", True, 4),
        ("Linux", "aarch64", False, 3),
        ("Linux", "aarch64", True, 3),
        ("Darwin", "arm64", False, 0),
    ],
)
def test_the_wheel_fits_the_machine_with_the_oldest_c_library(system, machine, musl, chosen):
    assert choose_wheel(PUBLISHED, system=system, machine=machine, musl=musl) == PUBLISHED[chosen]


def test_the_lock_of_this_project_pins_a_uv_for_common_machines():
    wheels = read_uv_wheels(ROOT / "uv.lock")
    for machine in ("x86_64", "aarch64"):
        assert len(choose_wheel(wheels, system="Linux", machine=machine, musl=False).sha256) == 64


def test_content_with_another_hash_is_refused():
    with pytest.raises(LauncherError, match="n'est pas celui attendu"):
        verify(b"something else", PUBLISHED[0])


def test_content_with_the_locked_hash_is_taken():
    verify(b"uv", Wheel("1.0", "https://packages.example/uv.whl", hashlib.sha256(b"uv").hexdigest()))


def test_the_program_is_written_executable_and_alone(tmp_path: Path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uvx", b"other")
        archive.writestr("uv-1.0.data/scripts/uv", b"program")
    extract_uv(content.getvalue(), tmp_path / "bootstrap" / "uv-1.0")
    assert [path.name for path in (tmp_path / "bootstrap").iterdir()] == ["uv-1.0"]
    assert (tmp_path / "bootstrap" / "uv-1.0").stat().st_mode & 0o777 == 0o755
