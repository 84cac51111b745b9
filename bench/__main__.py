"""Run one measure and print its table: ``./diaphane bench NAME [--rounds N] …``."""

import argparse
import sys
import tempfile
from pathlib import Path

from .measures import MEASURES
from .peers import PeerMissingError


def main() -> int:
    """Run the measure that is named, in a folder of its own."""
    options = _read_options()
    try:
        with tempfile.TemporaryDirectory(prefix="diaphane-bench-", dir=options.folder) as folder:
            print(options.run(options, Path(folder)))
    except PeerMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="diaphane bench", description=__doc__)
    names = parser.add_subparsers(metavar="NAME", required=True)
    for measure in MEASURES:
        own = names.add_parser(measure.name, help=measure.summary, description=measure.summary)
        own.add_argument("--rounds", type=int, default=5, help="times that each peer is measured, in turn")
        own.add_argument("--folder", type=Path, help="where the peers keep their data (the temporary folder)")
        measure.declare(own)
        own.set_defaults(run=measure.run)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
