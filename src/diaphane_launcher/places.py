"""Choose where the environment, the front-end parts and the data live for this user.

Root and ordinary users may take turns on one checkout. Nobody writes into what another user
owns: whoever cannot own a place in the checkout gets one under their own cache folder.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _is_private_folder(folder: Path) -> bool:
    """Make sure a folder in a shared place is ours and closed to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    return folder.is_dir() and not folder.is_symlink() and status.st_uid == os.geteuid()


def own_folder(root: Path = ROOT) -> Path:
    """Return the folder that this user owns for this checkout, outside of it."""
    key = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        bases = [Path("/var/lib/diaphane")]  # not under /root: the database's user must reach it
    else:
        bases = [Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "diaphane"]
    bases.append(Path(tempfile.gettempdir()) / f"diaphane-{os.geteuid()}")
    for base in bases:
        try:
            if _is_private_folder(base):
                if os.geteuid() == 0:
                    base.chmod(0o755)
                return base / key
        except OSError:
            continue
    raise PermissionError(13, "no folder of one's own", str(bases[0]))


def is_ours(folder: Path) -> bool:
    """Tell whether this user owns `folder`, or may create it."""
    if folder.exists():
        return folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK | os.X_OK)
    return os.access(folder.parent, os.W_OK | os.X_OK)


def writable_place(name: str, root: Path = ROOT) -> Path:
    """Return `root/name` when it is this user's, or else a place of this user's own."""
    inside = root / name
    return inside if is_ours(inside) else own_folder(root) / name.lstrip(".")


def tool_caches(root: Path = ROOT) -> dict[str, str]:
    """Return the settings that keep the tools' caches where this user may write."""
    return {
        "MYPY_CACHE_DIR": str(writable_place(".mypy_cache", root)),
        "RUFF_CACHE_DIR": str(writable_place(".ruff_cache", root)),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(writable_place(".hypothesis", root)),
        "PYTEST_ADDOPTS": f"-o cache_dir={writable_place('.pytest_cache', root)}",
    }


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one launcher at a time install into `folder`; the others wait, then find it done."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
