"""diaphane_edge."""
