"""List the measures: their name, their one-line help, their own options and what runs them."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import receiving, uplink


@dataclass(frozen=True)
class Measure:
    """Tie a measure's name to what runs it: it gets its options and an empty folder, and returns a table."""

    name: str
    summary: str
    run: Callable[[argparse.Namespace, Path], str]
    declare: Callable[[argparse.ArgumentParser], None]


MEASURES = (
    Measure("receiving", "C-STORE by DCMTK, beside Orthanc", receiving.run, receiving.declare_options),
    Measure("uplink", "from the gateway to the platform", uplink.run, uplink.declare_options),
)
