"""Verification service class, SCP (PS3.4 annex A)."""

from pynetdicom.events import Event

SUCCESS = 0x0000


def answer_echo(_event: Event) -> int:
    """Answer a C-ECHO."""
    return SUCCESS
