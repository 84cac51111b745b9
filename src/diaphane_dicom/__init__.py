"""diaphane_dicom."""
