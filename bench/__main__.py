"""Run the measurements: ``./diaphane bench [--images FOLDER] [--rounds N]``."""

import argparse
import sys
import tempfile
from pathlib import Path

from .peers import PeerMissingError
from .receiving import measure_receiving


def main() -> int:
    """Measure, print a table, and say what stands in it."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--images", type=Path, default=Path("var/images/CT/head"))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    files = sorted(options.images.glob("*.dcm"))
    if not files:
        print(f"No DICOM file in {options.images}: start the demo once, or give --images.", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory(prefix="diaphane-bench-") as folder:
            print(measure_receiving(files, rounds=options.rounds, folder=Path(folder)))
    except PeerMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
