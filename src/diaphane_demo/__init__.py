"""diaphane_demo."""
