"""Build the demo's images on disk, once: `python -m diaphane_demo.images --out DIR --assets DIR`.

DIR/CT/localizer/0001.dcm the same head from the front
DIR/CT/head/0001.dcm …    300 slices, a head with a small bleed
DIR/CT/dose/0001.dcm      the dose report of both
DIR/MR/brain/0001.dcm …   142 slices, the MNI brain template
"""

import argparse
import logging
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from diaphane_demo.assets import AssetsUnavailableError, ensure_assets

SERIES = ("CT/localizer", "CT/head", "CT/dose", "MR/brain")
# Raised when the images change, so that an older folder is built anew.
EDITION = "4"
_EDITION_FILE = ".edition"

log = logging.getLogger("diaphane_demo.images")


def build_images(out: Path, assets: Path) -> bool:
    """Build the series that are missing or of an older edition; return whether anything was built.

    A series appears under its name only when it is whole.

    Raises:
        AssetsUnavailableError: the brain template cannot be fetched.
    """
    missing = [name for name in SERIES if not _is_built(out / name)]
    if missing:
        ensure_assets(assets)
    for name in missing:
        log.info("series_building name=%s", name)
        _build_series(out / name, assets, _list_writers()[name])
    return bool(missing)


def _is_built(folder: Path) -> bool:
    edition = folder / _EDITION_FILE
    return edition.is_file() and edition.read_text() == EDITION


def _list_writers() -> dict[str, Callable[[Path, Path], None]]:
    """Return what writes each series; imported late, so that a demo that has its images starts at once."""
    from diaphane_demo.ct import write_ct
    from diaphane_demo.dose_report import write_dose_report
    from diaphane_demo.localizer import write_localizer
    from diaphane_demo.mr import write_mr

    return dict(zip(SERIES, (write_localizer, write_ct, write_dose_report, write_mr), strict=True))


def _build_series(folder: Path, assets: Path, write: Callable[[Path, Path], None]) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    for stale in (partial, folder):
        shutil.rmtree(stale, ignore_errors=True)
    write(partial, assets)
    (partial / _EDITION_FILE).write_text(EDITION)
    partial.rename(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the images and return an exit status."""
    parser = argparse.ArgumentParser(prog="python -m diaphane_demo.images", description=build_images.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the series")
    parser.add_argument("--assets", type=Path, required=True, help="folder that keeps the brain template")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        build_images(options.out, options.assets)
    except AssetsUnavailableError as error:
        log.error("assets_unavailable reason=%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
