"""Read what devices say of the dose: their reports, their performed steps, their images."""

from .headers import read_image_dose as read_image_dose
from .headers import read_performed_dose as read_performed_dose
from .model import UNITS as UNITS
from .model import Dose as Dose
from .model import DoseQuantity as DoseQuantity
from .model import Phantom as Phantom
from .structured import DOSE_REPORTS as DOSE_REPORTS
from .structured import read_dose_report as read_dose_report
