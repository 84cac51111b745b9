"""Names of files as a browser gives them: relative, with slashes; anything else is refused."""

from .models import LONGEST_PATH

DEEPEST = 32


def is_plain_path(path: str) -> bool:
    """Say whether a name stays inside the folder that was chosen: no root, no way up, nothing hidden."""
    parts = path.split("/")
    is_short = 0 < len(path) <= LONGEST_PATH and len(parts) <= DEEPEST
    return is_short and path.isprintable() and "\\" not in path and not {"", ".", ".."} & set(parts)


def spell_path(path: str) -> str:
    """Return a refused name so that it can be shown and kept: what cannot be printed replaced, cut short."""
    shown = "".join(character if character.isprintable() else "�" for character in path)
    return shown[:LONGEST_PATH] or "�"


def compare_path(path: str) -> str:
    """Return a name as two readings of one CD agree on it: case and ISO 9660 versions put aside."""
    return path.split(";", 1)[0].rstrip(".").casefold()
