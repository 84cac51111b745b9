"""diaphane_launcher."""
