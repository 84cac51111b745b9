"""Fetch the brain template that the demo images are made of, once, checked against its hash."""

import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

TEMPLATE = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
_INSIDE = Path("nilearn") / "datasets" / "data"
KINDS = ("t1", "gm", "wm")


class AssetsUnavailableError(RuntimeError):
    """Say that the template could not be fetched (no network, or a file that is not the expected one)."""


def has_assets(folder: Path) -> bool:
    """Tell whether every template map is in the folder."""
    return all((folder / TEMPLATE.format(kind)).is_file() for kind in KINDS)


def ensure_assets(folder: Path) -> None:
    """Put the template maps in the folder unless they are there.

    The package is installed alone, without dependencies, into a temporary folder; only its maps and its
    licence are kept.

    Raises:
        AssetsUnavailableError: the package cannot be had, or is not the expected one.
    """
    if has_assets(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        _install(Path(temporary))
        for licence in Path(temporary).glob("nilearn-*.dist-info/licenses/*"):
            shutil.copy(licence, folder / f"nilearn-{licence.name}")
        for kind in KINDS:
            (Path(temporary) / _INSIDE / TEMPLATE.format(kind)).replace(folder / TEMPLATE.format(kind))


def _install(target: Path) -> None:
    with resources.as_file(resources.files(__package__) / "assets.txt") as pinned:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes"),
                *("--python", sys.executable, "--target", str(target), "-r", str(pinned)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise AssetsUnavailableError(done.stderr.strip())
