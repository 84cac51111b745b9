"""The series that the measures send: the demo's head CT, 300 slices of 512 by 512, about 160 MB."""

from pathlib import Path

from diaphane_demo.assets import AssetsUnavailableError
from diaphane_demo.images import build_images

from .peers import PeerMissingError

VAR = Path(__file__).parents[1] / "var"


def list_slices(images: Path | None) -> list[Path]:
    """List the files of a folder, or of the demo's head CT, which is built the first time.

    Raises:
        PeerMissingError: there is no DICOM file.
    """
    try:
        if images is None:
            build_images(VAR / "demo-images", VAR / "demo-assets")
    except AssetsUnavailableError as error:
        raise PeerMissingError(f"the demo's images cannot be built: {error}") from error
    folder = images or VAR / "demo-images" / "CT" / "head"
    files = sorted(folder.glob("*.dcm"))
    if not files:
        raise PeerMissingError(f"there is no DICOM file in {folder}")
    return files
