"""Read what the fictitious territory gives, and write what the gateway and outside tools need."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .demo_settings import ARCHIVE_AE_TITLE, HOST, MODALITIES, OUTSIDE_TOOLS, DemoSettings


@dataclass(frozen=True)
class Seed:
    """Hold the accounts of the territory, the gateway's one-time code and the tools' token."""

    accounts: list[dict[str, str]]
    edge_site: str
    edge_ae_title: str
    edge_code: str
    archive_issuer: str
    archive_people: list[dict[str, str]]
    dicomweb_token: str


def read_seed(path: Path) -> Seed:
    """Read what `manage demo_territory --out` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edge, archive = content["edge"], content["archive"]
    return Seed(
        accounts=content["accounts"],
        edge_site=edge["site"],
        edge_ae_title=edge["ae_title"],
        edge_code=edge["code"],
        archive_issuer=archive["issuer"],
        archive_people=archive["people"],
        dicomweb_token=content["dicomweb_token"],
    )


def ensure_secret_key(var: Path) -> str:
    """Return the secret key of this demo's data, made once."""
    path = var / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def write_private(path: Path, content: object) -> None:
    """Write a JSON file that its owner alone may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump(content, output, ensure_ascii=False, indent=2)
    partial.replace(path)


def write_edge_configuration(settings: DemoSettings, seed: Seed, *, archive_port: int) -> Path:
    """Write the gateway's configuration: who may call it, the platform it sends to, the site's archive."""
    path = settings.var / "edge" / "config.json"
    archive = {
        "ae_title": ARCHIVE_AE_TITLE,
        "host": HOST,
        "port": archive_port,
        "issuer": seed.archive_issuer,
    }
    callers = [*(modality.ae_title for modality in MODALITIES), *OUTSIDE_TOOLS]
    write_private(
        path,
        {
            "site": seed.edge_site,
            "ae_title": seed.edge_ae_title,
            "host": HOST,
            "port": settings.dicom_port,
            "spool": str(settings.var / "edge" / "spool"),
            "platform_url": settings.address,
            "credentials": str(settings.edge_credentials_path),
            "peers": [{"ae_title": title, "address": HOST} for title in callers],
            "archive": None if settings.own_images else archive,
            "status_port": settings.status_port,
            "worklist_poll_seconds": 2,
        },
    )
    return path


def write_archive_people(settings: DemoSettings, seed: Seed) -> None:
    """Write whose earlier images the simulated archive holds."""
    write_private(settings.archive_people_path, seed.archive_people)


def write_description(settings: DemoSettings, seed: Seed) -> None:
    """Write `demo.json`, by which outside tools find the running demo."""
    write_private(
        settings.var / "demo.json",
        {
            "address": settings.address,
            "tour": f"{settings.address}/visite/",
            "accounts": seed.accounts,
            "dicom": {
                "host": HOST,
                "port": settings.dicom_port,
                "ae_title": seed.edge_ae_title,
                "calling_ae_titles": list(OUTSIDE_TOOLS),
                "modalities": [{"ae_title": m.ae_title, "modality": m.code} for m in MODALITIES],
                "status": f"http://{HOST}:{settings.status_port}/",
            },
            "dicomweb": {"url": f"{settings.address}/dicomweb", "token": seed.dicomweb_token},
            "pid": os.getpid(),
        },
    )
