"""Run everything on one machine: database, pages, jobs, one site's gateway and its modalities."""

import argparse
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from . import databases, frontend, postgres
from .demo_files import Seed, read_seed, write_description, write_edge_configuration
from .demo_settings import HOST, MODALITIES, DemoSettings
from .errors import LauncherError, explain_tool_failure
from .places import ROOT, writable_place
from .ports import require_free
from .processes import run_quietly
from .supervisor import Child, Supervisor, fresh_log
from .terminal import say, step

READY_SECONDS = 60
OURS = ("objects", "mail", "edge", "log", "static", "demo-images", "demo-seed.json", "demo.json", "secret")


def run(options: argparse.Namespace) -> int:
    """Start the demo, wait for Ctrl-C or for a child's death, and stop everything."""
    _stop_on_signals()
    var = (options.data or writable_place("var")).absolute()
    settings = DemoSettings(var, options.port, options.dicom_port, options.dicom)
    if options.dicom and not options.dicom.is_dir():
        raise LauncherError(f"--dicom : le dossier {options.dicom} n'existe pas.")
    with databases.hold(var) as publish:
        require_free(settings.port, "--port")
        require_free(settings.dicom_port, "--dicom-port")
        if options.reset:
            reset(var)
        supervisor = Supervisor(var / "log")
        try:
            _start(settings, supervisor, publish)
            supervisor.watch()
        except KeyboardInterrupt:
            say("")
        finally:
            _stop(supervisor, var)
    return 0


def _stop_on_signals() -> None:
    """Answer to Ctrl-C, to `kill` and to a closed terminal alike, even when started in the background."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _stop(supervisor: Supervisor, var: Path) -> None:
    """Stop the children; more signals do not interrupt it, for it is bounded in time."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if supervisor.children:
        with step("Arrêt"):
            supervisor.stop()
    (var / "demo.json").unlink(missing_ok=True)


def reset(var: Path) -> None:
    """Delete what the demo wrote, and nothing else that the folder may hold."""
    with step("Données de la démonstration effacées"):
        shutil.rmtree(postgres.place_for(var), ignore_errors=True)
        for name in OURS:
            path = var / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _secret_key(var: Path) -> str:
    """Return the secret key of this demo's data, made once."""
    path = var / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _start(settings: DemoSettings, supervisor: Supervisor, publish: Callable[[str], None]) -> None:
    """Start each part once what it needs is there."""
    parts = frontend.ensure()
    with step("Base de données"):
        url = _start_database(settings, supervisor)
        publish(url)
    environment = settings.environment(url, parts, _secret_key(settings.var))
    for label, arguments in settings.preparations():
        with step(label):
            _manage(label, arguments, environment)
    seed = read_seed(settings.seed_path)
    with step("Pages"):
        supervisor.start("web", settings.web_command(), environment=environment, folder=ROOT)
        supervisor.start("worker", settings.worker_command(), environment=environment, folder=ROOT)
        _wait_until_ready(f"{settings.address}/readyz", supervisor)
    with step("Passerelle DICOM et modalités simulées"):
        _start_site(settings, supervisor, seed, environment)
    write_description(settings, seed)
    _announce(settings)


def _start_database(settings: DemoSettings, supervisor: Supervisor) -> str:
    cluster = postgres.open_cluster(postgres.place_for(settings.var), durable=True)
    log = fresh_log(supervisor.logs, "postgresql")
    process = postgres.start(cluster, log)
    supervisor.adopt(Child("base de données", process, log, signal.SIGINT))
    return cluster.url


def _manage(label: str, arguments: list[str], environment: dict[str, str]) -> None:
    """Run one management command to its end."""
    command = [sys.executable, "-m", "diaphane.manage", *arguments]
    done = run_quietly(command, environment=environment, folder=ROOT)
    if done.code:
        raise LauncherError(explain_tool_failure(label, done.output))


def _start_site(
    settings: DemoSettings, supervisor: Supervisor, seed: Seed, environment: dict[str, str]
) -> None:
    """Start the gateway of the site, then the modalities that send to it."""
    configuration = write_edge_configuration(settings, seed)
    command = [sys.executable, "-m", "diaphane_edge", "run", "--config", str(configuration)]
    supervisor.start("edge", command, environment=environment, folder=ROOT)
    _wait_until_listening(settings.dicom_port, supervisor)
    for modality in MODALITIES:
        command = settings.modality_command(modality, called=seed.edge_ae_title)
        supervisor.start(modality.ae_title.lower(), command, environment=environment, folder=ROOT)


def _wait(ready: Callable[[], bool], supervisor: Supervisor, what: str) -> None:
    """Poll until `ready`, a child's death, or the end of patience."""
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        supervisor.check()
        if time.monotonic() > deadline:
            raise LauncherError(f"{what} ne répond pas après {READY_SECONDS} s (voir {supervisor.logs}).")
        time.sleep(0.1)


def _wait_until_ready(url: str, supervisor: Supervisor) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own machine: no proxy

    def answers() -> bool:
        try:
            with opener.open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    _wait(answers, supervisor, url)


def _wait_until_listening(port: int, supervisor: Supervisor) -> None:
    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, port)) == 0

    _wait(listens, supervisor, f"Le port DICOM {port}")


def _announce(settings: DemoSettings) -> None:
    say("")
    say(f"  Diaphane :        {settings.address}")
    say(f"  Visite guidée :   {settings.address}/visite/")
    say(f"  Accès, ports DICOM, jetons pour vos outils : {settings.var / 'demo.json'}")
    say("  Ctrl-C arrête tout.")
