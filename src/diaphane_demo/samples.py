"""Find the DICOM files that pydicom ships: other makers, syntaxes and bits, some of them damaged."""

from pathlib import Path

import pydicom.data


def list_pydicom_samples(pattern: str = "*.dcm") -> list[Path]:
    """Return the DICOM test files inside the pydicom package, sorted; none is downloaded."""
    folder = Path(pydicom.data.__file__).parent / "test_files"
    return sorted(folder.glob(pattern))
