"""Diaphane: a teleimaging platform in which the patient is a partner."""
