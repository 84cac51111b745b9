"""Make the localizer of the demo CT: the same head, seen from the front by a tube that does not turn."""

from pathlib import Path

import numpy as np
from pydicom.uid import CTImageStorage

from diaphane_demo.ct import CENTRE_Y, FIELD_OF_VIEW_MM, RESCALE_INTERCEPT, SIDE
from diaphane_demo.grid import linear_weights
from diaphane_demo.head import build_head
from diaphane_demo.series import make_common, save, stable_uid

WATER_PER_MM = 0.02
TOP_Z = 100.0


def write_localizer(folder: Path, assets: Path) -> None:
    """Write one image into a new folder: what the beam leaves after the head (PS3.3 C.8.2.1.1.1)."""
    folder.mkdir(parents=True)
    grid, head = build_head(assets, np.random.default_rng(20261122))
    pixel_mm = FIELD_OF_VIEW_MM / SIDE
    first = -(FIELD_OF_VIEW_MM - pixel_mm) / 2
    across = np.arange(SIDE) * pixel_mm
    thickness = WATER_PER_MM * np.clip(head + 1000, 0, None).sum(axis=1) / 1000
    columns = linear_weights(-(first + across), grid.x)
    rows = linear_weights(TOP_Z - across, grid.z)
    stored = np.clip(np.rint((rows @ thickness @ columns.T) * 500), 0, 4095)
    image = make_common(modality="CT", name="head CT", stored_bits=12)
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = stable_uid("head CT", "localizer", 0)
    image.SeriesInstanceUID = stable_uid("head CT", "localizer")
    image.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    image.SeriesNumber = image.AcquisitionNumber = image.InstanceNumber = 1
    image.SeriesDescription = image.ProtocolName = "Repérage"
    image.BodyPartExamined = "HEAD"
    image.Manufacturer, image.ManufacturerModelName = "Diaphane", "Scanner simulé"
    image.KVP = 120
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = RESCALE_INTERCEPT, 1, "US"
    image.ImagePositionPatient = [first, CENTRE_Y, TOP_Z]
    image.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    image.PixelSpacing = [pixel_mm, pixel_mm]
    image.WindowCenter, image.WindowWidth = 800, 3200
    image.Rows, image.Columns = stored.shape
    image.PixelData = stored.astype("<u2").tobytes()
    image["PixelData"].VR = "OW"
    save(image, folder / "0001.dcm")
