"""Run everything on one machine: database, pages, jobs, one site's gateway and its modalities."""

import argparse
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from . import catalogues, databases, frontend, postgres
from .demo_files import (
    Seed,
    ensure_secret_key,
    read_seed,
    write_archive_people,
    write_description,
    write_edge_configuration,
)
from .demo_settings import HOST, MODALITIES, DemoSettings
from .errors import LauncherError
from .places import ROOT, writable_place
from .ports import pick_free, require_free
from .preparations import database_stamp, images_stamp, is_done, territory_stamp
from .supervisor import Child, Supervisor, fresh_log
from .terminal import say, step
from .waiting import wait_until_listening, wait_until_ready

FOLDERS = ("objects", "mail", "edge", "archive", "log", "static", "modalities")
FILES = ("prepared", "past-exam", "demo-seed.json", "demo.json", "secret")


def run(options: argparse.Namespace) -> int:
    """Start the demo, wait for Ctrl-C or until something cannot be kept alive, and stop everything."""
    _stop_on_signals()
    settings = _read_options(options)
    with databases.hold(settings.var) as publish:
        require_free(settings.port, "--port")
        require_free(settings.dicom_port, "--dicom-port")
        require_free(settings.status_port, "--dicom-port")
        if options.reset:
            reset(settings.var)
        cluster, supervisor = _prepare(settings)
        try:
            _start_database(cluster, supervisor)
            publish(cluster.url)
            _start(settings, cluster, supervisor)
            supervisor.watch()
        except KeyboardInterrupt:
            say("")
        finally:
            _stop(supervisor, settings.var)
    return 0


def _read_options(options: argparse.Namespace) -> DemoSettings:
    var = (options.data or writable_place("var")).absolute()
    if options.dicom and not options.dicom.is_dir():
        raise LauncherError(f"--dicom : le dossier {options.dicom} n'existe pas.")
    images = options.dicom.absolute() if options.dicom else None
    return DemoSettings(var, options.port, options.dicom_port, images)


def _prepare(settings: DemoSettings) -> tuple[postgres.Cluster, Supervisor]:
    """Put in place what must be there before anything starts."""
    (settings.var / "demo.json").unlink(missing_ok=True)  # a killed launcher leaves it
    parts = frontend.ensure()
    cluster = postgres.open_cluster(postgres.place_for(settings.var), durable=True)
    environment = settings.environment(cluster.url, parts, ensure_secret_key(settings.var))
    return cluster, Supervisor(settings.var / "log", environment, ROOT)


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
        for name in FOLDERS + FILES:
            path = var / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _start_database(cluster: postgres.Cluster, supervisor: Supervisor) -> None:
    with step("Base de données"):
        log = fresh_log(supervisor.logs, "postgresql")
        process = postgres.start(cluster, log)
        supervisor.adopt(Child("base de données", process, log, signal.SIGINT))


def _start(settings: DemoSettings, cluster: postgres.Cluster, supervisor: Supervisor) -> None:
    """Start each part once what it needs is there; what can be done meanwhile is done meanwhile."""
    makes_images = settings.own_images is None and not is_done(settings.images_stamp_path, images_stamp())
    if makes_images:
        supervisor.begin("images", settings.images_command())
    seed = _start_pages(settings, cluster, supervisor)
    archive_port = pick_free()
    write_edge_configuration(settings, seed, archive_port=archive_port)
    with step("Pages et passerelle DICOM"):
        wait_until_ready(f"{settings.address}/readyz", supervisor)
        _enrol_gateway(settings, seed, supervisor)
        supervisor.start("edge", settings.edge_command("run"), restarts=True)
        wait_until_listening(settings.dicom_port, supervisor)
    with step("Modalités et archive simulées, et leurs images"):
        if makes_images:
            supervisor.finish("images")
            settings.images_stamp_path.write_text(images_stamp())
        for modality in MODALITIES:
            command = settings.modality_command(modality, called=seed.edge_ae_title)
            supervisor.start(modality.ae_title.lower(), command, restarts=True)
        if settings.own_images is None:
            write_archive_people(settings, seed)
            supervisor.start("archive", settings.archive_command(archive_port), restarts=True)
    _play_past_exam(settings, cluster, supervisor)
    write_description(settings, seed)
    _announce(settings)


def _enrol_gateway(settings: DemoSettings, seed: Seed, supervisor: Supervisor) -> None:
    """Enrol the gateway by its one-time code, as an installer does, once for each code."""
    if not settings.is_edge_enrolled():
        supervisor.begin("inscription", settings.edge_command("enrol", "--code", seed.edge_code))
        supervisor.finish("inscription")


def _play_past_exam(settings: DemoSettings, cluster: postgres.Cluster, supervisor: Supervisor) -> None:
    """Play one finished exam with the images that were built, once per database."""
    stamp = database_stamp(cluster.data)
    if settings.own_images is not None or is_done(settings.past_exam_stamp_path, stamp):
        return
    with step("Un examen terminé, à lire tout de suite"):
        supervisor.begin("examen-passe", settings.past_exam_command())
        supervisor.finish("examen-passe")
        settings.past_exam_stamp_path.write_text(stamp)


def _start_pages(settings: DemoSettings, cluster: postgres.Cluster, supervisor: Supervisor) -> Seed:
    """Bring the database up to date and start what serves the pages and runs the jobs."""
    stamp = territory_stamp(cluster.data, datetime.now(UTC).date())
    if catalogues.are_stale():
        with step("Catalogue français"):
            supervisor.begin("catalogue", catalogues.COMPILE_COMMAND)
            supervisor.finish("catalogue")
    is_prepared = settings.seed_path.exists() and is_done(settings.territory_stamp_path, stamp)
    if not is_prepared:
        with step("Schéma de la base"):
            supervisor.begin("migrations", settings.migrate_command())
            supervisor.finish("migrations")
    supervisor.start("web", settings.web_command(), restarts=True)
    if not is_prepared:
        with step("Territoire fictif"):
            supervisor.begin("territoire", settings.territory_command())
            supervisor.finish("territoire")
            settings.seed_path.chmod(0o600)
            settings.territory_stamp_path.write_text(stamp)
    supervisor.start("worker", settings.worker_command(), restarts=True)
    return read_seed(settings.seed_path)


def _announce(settings: DemoSettings) -> None:
    say("")
    say(f"  Diaphane :        {settings.address}")
    say(f"  Visite guidée :   {settings.address}/visite/")
    say(f"  Passerelle :      http://{HOST}:{settings.status_port}/")
    say(f"  Accès, ports DICOM, jetons pour vos outils : {settings.var / 'demo.json'}")
    say("  Ctrl-C arrête tout.")
