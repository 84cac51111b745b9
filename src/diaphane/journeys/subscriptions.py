"""Which use case hears which event."""


def subscribe_all() -> None:
    """Register the handlers."""
