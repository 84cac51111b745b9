"""Recognise UIDs in addresses; what is not one has no address here (404)."""


class UidConverter:
    """A UID (PS3.5 §9.1): dotted numbers, 64 characters at most."""

    regex = r"[0-9]+(?:\.[0-9]+)*"

    def to_python(self, value: str) -> str:
        """Take the UID as it is written.

        Raises:
            ValueError: longer than a UID may be.
        """
        if len(value) > 64:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Write it back."""
        return value
