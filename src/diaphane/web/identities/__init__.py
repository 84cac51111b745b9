"""Identities: who is trusted how far, who may be the same person, who is not known yet (R40)."""
