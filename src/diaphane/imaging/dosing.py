"""Give what an act's images may say of its dose: its dose reports, and one header for each acquisition."""

import json
from collections.abc import Iterator
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from diaphane.acts.models import Act
from diaphane_dicom.dose import DOSE_REPORTS
from diaphane_dicom.part10 import READ_ERRORS, from_dicom_json

from .keeping import read_object
from .models import Instance

_EACH_EXPOSURE = ("CR", "DX", "MG", "XA", "RF")
"""Modalities where every image has a dose of its own."""


def iter_dose_reports(act: Act) -> Iterator[tuple[str, Dataset]]:
    """Yield the dose reports of an act with their UID, in the order of their arrival."""
    found = Instance.objects.filter(series__study__act=act, sop_class_uid__in=DOSE_REPORTS)
    for each in found.order_by("received_at", "id"):
        try:
            yield each.sop_instance_uid, dcmread(BytesIO(read_object(each.storage_key)))
        except READ_ERRORS:
            continue  # the file is kept, and says nothing here


def iter_image_headers(act: Act) -> Iterator[tuple[str, str, Dataset]]:
    """Yield headers with the UIDs of their series and object: one for each acquisition, or exposure."""
    images = Instance.objects.filter(series__study__act=act).exclude(sop_class_uid__in=DOSE_REPORTS)
    exposures = images.filter(series__modality__in=_EACH_EXPOSURE)
    acquisitions = (
        images.exclude(series__modality__in=_EACH_EXPOSURE)
        .order_by("series_id", "facts__AcquisitionNumber", "number")
        .distinct("series_id", "facts__AcquisitionNumber")
    )
    for found in (acquisitions, exposures.order_by("series_id", "number")):
        for each in found.select_related("series"):
            header = from_dicom_json(json.loads(each.metadata))
            yield each.series.series_instance_uid, each.sop_instance_uid, header
