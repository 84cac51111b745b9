"""Say what the demo runs, where and with which settings."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

MANAGE = (sys.executable, "-m", "diaphane.manage")
HOST = "127.0.0.1"
ARCHIVE_AE_TITLE = "ARCHIVE"
LAST_PORT = 65535
OUTSIDE_TOOLS = ("STORESCU", "FINDSCU", "ECHOSCU", "DCMSEND", "DIAPHANE_TOOL")  # DCMTK's default titles


@dataclass(frozen=True)
class Modality:
    """Name one simulated modality: its AE title and its modality code (PS3.3 C.7.3.1.1.1)."""

    ae_title: str
    code: str


MODALITIES = (Modality("SCANNER1", "CT"), Modality("IRM1", "MR"))


@dataclass(frozen=True)
class DemoSettings:
    """Hold what the person chose, and derive every address, path and command from it."""

    var: Path
    port: int
    dicom_port: int
    own_images: Path | None

    @property
    def address(self) -> str:
        """Return the address of the pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def status_port(self) -> int:
        """Return the port of the gateway's own page: the one after its DICOM port, before it at the end."""
        return self.dicom_port + 1 if self.dicom_port < LAST_PORT else self.dicom_port - 1

    @property
    def seed_path(self) -> Path:
        """Return where the territory's accounts, code and token are written."""
        return self.var / "demo-seed.json"

    @property
    def edge_credentials_path(self) -> Path:
        """Return where the gateway keeps what proves it to the platform."""
        return self.var / "edge" / "credentials.json"

    def is_edge_enrolled(self) -> bool:
        """Tell whether the gateway was enrolled since the territory gave its code."""
        if not self.edge_credentials_path.exists():
            return False
        return self.edge_credentials_path.stat().st_mtime_ns >= self.seed_path.stat().st_mtime_ns

    @property
    def territory_stamp_path(self) -> Path:
        """Return what remembers from which code and database the territory was prepared."""
        return self.var / "prepared"

    @property
    def images_stamp_path(self) -> Path:
        """Return what remembers from which code the images were built."""
        return self.var / "demo-images" / "prepared"

    @property
    def past_exam_stamp_path(self) -> Path:
        """Return what remembers in which database the finished exam was played."""
        return self.var / "past-exam"

    def environment(self, database_url: str, parts: Path, secret_key: str) -> dict[str, str]:
        """Return the environment of every child."""
        return dict(
            os.environ,
            DIAPHANE_MODE="demo",
            DATABASE_URL=database_url,
            DIAPHANE_DATA=str(self.var),
            DIAPHANE_URL=self.address,
            DIAPHANE_FRONTEND=str(parts),
            DIAPHANE_SECRET_KEY=secret_key,
            PYTHONUNBUFFERED="1",
        )

    def migrate_command(self) -> list[str]:
        """Return what brings the schema up to date."""
        return [*MANAGE, "migrate", "--no-input", "--skip-checks", "--verbosity=0"]

    def territory_command(self) -> list[str]:
        """Return what writes the fictitious territory; doing it again changes nothing."""
        return [*MANAGE, "demo_territory", "--out", str(self.seed_path)]

    def images_command(self) -> list[str]:
        """Return what builds the images that the modalities acquire; doing it again changes nothing."""
        return [
            sys.executable,
            "-m",
            "diaphane_demo.images",
            f"--out={self.var / 'demo-images'}",
            f"--assets={self.var / 'demo-assets'}",
        ]

    def past_exam_command(self) -> list[str]:
        """Return what plays one finished exam with real images; doing it again changes nothing."""
        return [*MANAGE, "demo_past_exam", "--images", str(self.var / "demo-images" / "MR" / "brain")]

    def web_command(self) -> list[str]:
        """Return what serves the pages; 3 s of grace, or open live pages would hang the stop."""
        return [
            sys.executable,
            "-m",
            "diaphane.config.serving",
            "diaphane.config.asgi:application",
            f"--host={HOST}",
            f"--port={self.port}",
            "--timeout-graceful-shutdown=3",
            "--no-server-header",
            "--no-access-log",
        ]

    def worker_command(self) -> list[str]:
        """Return what runs the jobs."""
        return [*MANAGE, "procrastinate", "worker"]

    def edge_command(self, name: str, *options: str) -> list[str]:
        """Return a command of the gateway."""
        configuration = str(self.var / "edge" / "config.json")
        return [sys.executable, "-m", "diaphane_edge", name, "--config", configuration, *options]

    @property
    def archive_people_path(self) -> Path:
        """Return where the patients of the simulated archive are listed."""
        return self.var / "archive" / "people.json"

    def archive_command(self, port: int) -> list[str]:
        """Return what simulates the archive of the site."""
        return [
            sys.executable,
            "-m",
            "diaphane_demo.archive",
            f"--ae-title={ARCHIVE_AE_TITLE}",
            f"--port={port}",
            f"--people={self.archive_people_path}",
            f"--images={self.var / 'demo-images' / 'MR' / 'brain'}",
        ]

    def modality_command(self, modality: Modality, *, called: str) -> list[str]:
        """Return what simulates one modality."""
        images = f"--dicom={self.own_images}" if self.own_images else f"--images={self.var / 'demo-images'}"
        return [
            sys.executable,
            "-m",
            "diaphane_demo.modality",
            f"--ae-title={modality.ae_title}",
            f"--modality={modality.code}",
            f"--called-ae={called}",
            f"--host={HOST}",
            f"--port={self.dicom_port}",
            f"--state={self.var / 'modalities'}",
            images,
        ]
