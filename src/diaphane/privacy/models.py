"""What the platform keeps of the rights of persons: copies of their data, breaches, holds."""

from .breach_models import Breach as Breach
from .export_models import DataExport as DataExport
