"""What the platform keeps of the rights of persons: copies of their data, objections, breaches."""

from .export_models import DataExport as DataExport
