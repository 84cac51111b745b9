"""What may become of an object, and from which state."""

from enum import StrEnum


class State(StrEnum):
    """What has become of an object, meaning what it says."""

    RECEIVED = "received"
    """On this disk, as the modality sent it."""
    DOUBLE = "double"
    """Come again with another data set while the first waits here: to be compared with it."""
    COMPRESSED = "compressed"
    """Ready to go: encoded and proven exact, or left as it is on purpose."""
    SENT = "sent"
    """On its way: no answer yet."""
    ACKNOWLEDGED = "acknowledged"
    """Stored and verified by the platform; no longer on this disk."""
    SET_ASIDE = "set_aside"
    """Kept on this disk for a person to look at, with the reason."""
    DISCARDED = "discarded"
    """A person decided that it does not leave: kept for a while, in case that was wrong, then erased."""


TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.COMPRESSED, State.SET_ASIDE}),
    State.DOUBLE: frozenset({State.RECEIVED, State.SET_ASIDE}),
    State.COMPRESSED: frozenset({State.SENT, State.SET_ASIDE}),
    State.SENT: frozenset({State.ACKNOWLEDGED, State.COMPRESSED, State.SET_ASIDE}),
    State.ACKNOWLEDGED: frozenset(),
    State.SET_ASIDE: frozenset({State.RECEIVED, State.DOUBLE, State.DISCARDED}),
    State.DISCARDED: frozenset({State.SET_ASIDE, State.RECEIVED, State.DOUBLE}),
}
LEAVING = (State.RECEIVED, State.COMPRESSED, State.SENT)
"""On its way to the platform: one object at most of each SOP Instance UID."""
WAITING = (*LEAVING, State.DOUBLE)
FOR_A_PERSON = (State.SET_ASIDE, State.DISCARDED)
"""With a reason."""
