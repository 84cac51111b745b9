"""The papers of a site, as pages and as PDF (R7–R17, R23, R27)."""
