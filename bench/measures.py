"""List the measures: their name, their one-line help, their own options and what runs them."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import frames, guards, metadata, patients, progressive, receiving, searching, uplink


@dataclass(frozen=True)
class Measure:
    """Tie a measure's name to what runs it: it gets its options and an empty folder, and returns a table."""

    name: str
    summary: str
    run: Callable[[argparse.Namespace, Path], str]
    declare: Callable[[argparse.ArgumentParser], None]


MEASURES = (
    Measure("receiving", "C-STORE by DCMTK, beside Orthanc", receiving.run, receiving.declare_options),
    Measure("searching", "QIDO-RS, beside Orthanc", searching.run, searching.declare_options),
    Measure("patients", "the search of a patient, rights included", patients.run, patients.declare_options),
    Measure("guards", "what rights and trail cost a page", guards.run, guards.declare_options),
    Measure("metadata", "the metadata of a series, beside Orthanc", metadata.run, metadata.declare_options),
    Measure("frames", "frames by six connections, beside Orthanc", frames.run, frames.declare_options),
    Measure("uplink", "from the gateway to the platform", uplink.run, uplink.declare_options),
    Measure(
        "progressive", "what a remote reader sees, beside OHIF", progressive.run, progressive.declare_options
    ),
)
