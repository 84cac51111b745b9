"""Who says a dose, and how its quantities are named on screen."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane_dicom.dose import DoseQuantity


class DoseSource(TextChoices):
    """Who says a dose, the most trusted device first."""

    REPORT = "report", _("dose report of the device")
    PERFORMED = "performed", _("end of exam told by the device (MPPS)")
    IMAGE = "image", _("headers of the images")
    TYPED = "typed", _("written by the technologist")


DOSE_NAMES: dict[DoseQuantity, Promise] = {
    DoseQuantity.CTDI_VOL: _("CTDIvol"),
    DoseQuantity.DLP: _("DLP"),
    DoseQuantity.DAP: _("Dose area product"),
    DoseQuantity.REFERENCE_POINT_DOSE: _("Dose at the reference point"),
    DoseQuantity.MEAN_GLANDULAR_DOSE: _("Mean glandular dose"),
    DoseQuantity.ADMINISTERED_ACTIVITY: _("Activity given"),
}
