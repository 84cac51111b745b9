"""Fetch the uv that `uv.lock` pins: its address and its hash are read from the lock itself."""

import hashlib
import io
import os
import platform
import sys
import tomllib
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .errors import LauncherError


@dataclass(frozen=True)
class Wheel:
    """Name one published file and the hash it must have."""

    version: str
    url: str
    sha256: str

    @property
    def platform_tags(self) -> set[str]:
        """Return the wheel's platform tags (PEP 425: the last part of its name)."""
        return set(self.url.rsplit("/", 1)[-1].removesuffix(".whl").rsplit("-", 1)[-1].split("."))


def read_uv_wheels(lock: Path) -> list[Wheel]:
    """List the uv wheels written in the lock file."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    uv = next(package for package in packages if package["name"] == "uv")
    return [
        Wheel(uv["version"], wheel["url"], wheel["hash"].removeprefix("sha256:")) for wheel in uv["wheels"]
    ]


def choose_wheel(wheels: list[Wheel], *, system: str, machine: str, musl: bool) -> Wheel:
    """Choose the wheel for this machine: the oldest C library floor that fits wins."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine.lower(), machine.lower())
    if system == "Linux":
        prefix = "musllinux_" if musl else "manylinux_"
    elif system == "Darwin":
        prefix, machine = "macosx_", {"aarch64": "arm64"}.get(machine, machine)
    else:
        raise LauncherError(f"Diaphane se lance sous Linux ou macOS ; ce système est « {system} ».")
    fitting = sorted(
        (tag, wheel)
        for wheel in wheels
        for tag in wheel.platform_tags
        if tag.startswith(prefix) and tag.endswith(f"_{machine}")
    )
    if not fitting:
        raise LauncherError(f"Aucune version de uv n'est publiée pour {system} {machine}.")
    return fitting[0][1]


def wheel_for_this_machine(lock: Path) -> Wheel:
    """Choose among the locked wheels the one this interpreter's machine runs."""
    musl = "musl" in (sys.implementation._multiarch if hasattr(sys.implementation, "_multiarch") else "")
    return choose_wheel(read_uv_wheels(lock), system=platform.system(), machine=platform.machine(), musl=musl)


def download(wheel: Wheel) -> bytes:
    """Download a wheel and refuse it when its hash is not the locked one.

    Raises:
        LauncherError: the network is missing, or the file is not the one that was locked.
    """
    try:
        with urllib.request.urlopen(wheel.url, timeout=60) as answer:  # noqa: S310 (locked https address)
            content: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        if "CERTIFICATE" in str(reason):
            raise LauncherError(
                "Le certificat du dépôt de paquets n'a pas pu être vérifié : "
                "installez les certificats racine du système (paquet « ca-certificates »)."
            ) from error
        raise LauncherError(
            "Le réseau est injoignable, or la première installation en a besoin "
            f"(téléchargement de uv : {reason})."
        ) from error
    verify(content, wheel)
    return content


def verify(content: bytes, wheel: Wheel) -> None:
    """Refuse content whose SHA-256 differs from the lock's."""
    found = hashlib.sha256(content).hexdigest()
    if found != wheel.sha256:
        raise LauncherError(
            f"Le fichier uv téléchargé n'est pas celui attendu (empreinte {found[:12]}…, "
            f"attendue {wheel.sha256[:12]}…). Rien n'a été installé."
        )


def extract_uv(content: bytes, target: Path) -> None:
    """Write the wheel's `uv` program to `target`, whole or not at all."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        program = archive.read(member)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(program)
    partial.chmod(0o755)
    os.replace(partial, target)
