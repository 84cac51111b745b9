"""Identities that the hospital sends: who may, what was received, what a person decides of it."""
