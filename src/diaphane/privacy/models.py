"""What the platform keeps of the rights of persons: copies of their data, breaches, holds."""

from .breach_models import Breach as Breach
from .erasure_models import Erasure as Erasure
from .export_models import DataExport as DataExport
from .hold_models import LegalHold as LegalHold
