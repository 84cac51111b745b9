"""The patient's space: understand, see, know who looked."""
