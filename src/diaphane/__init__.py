"""diaphane."""
