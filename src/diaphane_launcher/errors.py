"""Say what stopped the launcher, in one line a person can act on."""

import errno
import re
import shutil
from pathlib import Path


class LauncherError(Exception):
    """Carry the French line shown to the person who typed the command."""


def explain_os_error(error: OSError) -> str:
    """Turn an operating system error into one French line."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        where = f" ({error.filename})" if error.filename else ""
        return f"Le disque est plein{where} : libérez de la place, puis relancez la commande."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"Accès refusé : {error.filename or error.strerror}."
    return f"Erreur du système : {error}."


NETWORK_SIGNS = (
    "dns error",
    "error sending request",
    "failed to lookup",
    "network is unreachable",
    "connection refused",
    "connection reset",
    "timed out",
    "enotfound",
    "eai_again",
    "econnrefused",
    "econnreset",
    "etimedout",
    "enetunreach",
    "temporary failure in name resolution",
)
DISK_SIGNS = ("no space left on device", "enospc", "disk quota exceeded", "check free disk space")
FULL_BELOW = 1024 * 1024


def is_disk_full(near: Path) -> bool:
    """Tell whether nothing can be written near a path: the log of a failure may be empty then."""
    return shutil.disk_usage(near).free < FULL_BELOW


def explain_log(what: str, log: Path) -> str:
    """Find in a log why a tool failed, and say where the rest can be read."""
    return f"{explain_tool_failure(what, log.read_text(errors='replace'), log.parent)} Journal : {log}"


def explain_tool_failure(what: str, output: str, near: Path = Path("/")) -> str:
    """Find in a tool's output why it failed: disk, network, or its own last line."""
    lowered = output.lower()
    if any(sign in lowered for sign in DISK_SIGNS) or is_disk_full(near):
        return f"{what} : le disque est plein. Libérez de la place, puis relancez la commande."
    if any(sign in lowered for sign in NETWORK_SIGNS):
        return f"{what} : le réseau est injoignable, or la première installation en a besoin."
    return f"{what} : échec. {_telling_line(output)}"


def _telling_line(output: str) -> str:
    """Choose the last line that speaks of an error, or else the last that has words."""
    lines = [line.strip() for line in output.splitlines() if re.search(r"\w", line)]
    errors = [line for line in lines if re.search(r"(error|exception|fatal|panic)\b", line, re.IGNORECASE)]
    return (errors or lines or ["Aucun message."])[-1]
