"""Read the gateway's configuration, refusing what is missing or absurd with one clear line."""

import json
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from .archive import ArchiveAddress, Retrieve
from .ceilings import Ceiling, read_ceilings
from .outgoing import Remote
from .tls import Tls

AE_TITLE_LENGTH = 16


class ConfigError(ValueError):
    """Say what is wrong in the configuration file, in one line."""


@dataclass(frozen=True)
class Peer:
    """A modality that may talk to the gateway: its AE title, from an address or a network.

    `listens_at` is where it takes the answers that come on an association of their own.
    """

    ae_title: str
    network: IPv4Network | IPv6Network
    listens_at: Remote | None = None

    def is_calling(self, *, ae_title: str, address: str) -> bool:
        """Tell whether a caller is this peer."""
        return ae_title == self.ae_title and ip_address(address) in self.network


@dataclass(frozen=True)
class Config:
    """Everything the gateway is told. A port of 0 means none: of the status page, or of DICOM without TLS.

    `credentials` is the file that enrolment writes; a `token` given by hand is used instead of it.
    """

    site: str
    ae_title: str
    host: str
    port: int
    spool: Path
    platform_url: str
    credentials: Path
    peers: tuple[Peer, ...]
    token: str = ""
    tls: Tls | None = None
    archive: ArchiveAddress | None = None
    status_port: int = 0
    worklist_poll_seconds: float = 5.0
    ceilings: tuple[Ceiling, ...] = ()
    spared_megabytes: float = 256.0
    """Below this much free disk, objects are refused: what is held must still go out."""
    reserved_megabytes: float = 256.0
    """How much of the disk is taken in advance, for the next objects to be written over."""


def read_config(path: Path) -> Config:
    """Read a configuration file in JSON. Raises ConfigError."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: a JSON object is expected")
    try:
        return _parse(raw)
    except KeyError as error:
        raise ConfigError(f"{path}: {error.args[0]} is missing") from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _parse(raw: dict[str, object]) -> Config:
    return Config(
        site=str(raw["site"]),
        ae_title=_ae_title(raw["ae_title"]),
        host=str(raw["host"]),
        port=_port(raw["port"]),
        spool=Path(str(raw["spool"])),
        platform_url=_address(raw["platform_url"]),
        credentials=Path(str(raw.get("credentials") or Path(str(raw["spool"])) / "credentials.json")),
        token=str(raw.get("token") or ""),
        tls=_tls(raw["tls"]) if raw.get("tls") else None,
        archive=_archive(raw["archive"], raw["peers"]) if raw.get("archive") else None,
        peers=_peers(raw["peers"]),
        status_port=_port(raw.get("status_port", 0)),
        worklist_poll_seconds=_seconds(raw.get("worklist_poll_seconds", 5.0)),
        ceilings=read_ceilings(raw.get("bandwidth", [])),
        spared_megabytes=_megabytes(raw.get("spared_megabytes", 256.0)),
        reserved_megabytes=_megabytes(raw.get("reserved_megabytes", 256.0)),
    )


def _ae_title(value: object) -> str:
    """Check an application entity title (PS3.5 §6.2, AE)."""
    title = str(value).strip()
    if not title or len(title) > AE_TITLE_LENGTH or not title.isascii() or "\\" in title:
        raise ConfigError(f"{value!r} is not an AE title of 1 to {AE_TITLE_LENGTH} characters")
    return title


def _port(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= 65535:
        raise ConfigError(f"{value!r} is not a port")
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or value <= 0:
        raise ConfigError(f"{value!r} is not a number of seconds")
    return float(value)


def _megabytes(value: object) -> float:
    if not isinstance(value, int | float) or value < 0:
        raise ConfigError(f"{value!r} is not a number of megabytes")
    return float(value)


def _address(value: object) -> str:
    address = str(value).rstrip("/")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ConfigError(f"{value!r} is not an http or https address")
    return address


def _peers(value: object) -> tuple[Peer, ...]:
    if not isinstance(value, list) or not value:
        raise ConfigError("peers must list at least one modality")
    return tuple(_peer(each) for each in value)


def _peer(value: dict[str, object]) -> Peer:
    ae_title = _ae_title(value["ae_title"])
    network = ip_network(str(value["address"]), strict=False)
    return Peer(ae_title, network, _remote(ae_title, value) if "port" in value else None)


def _tls(value: object) -> Tls:
    if not isinstance(value, dict):
        raise ConfigError("tls must be an object")
    return Tls(
        port=_port(value["port"]),
        certificate=Path(str(value["certificate"])),
        key=Path(str(value["key"])),
        authorities=Path(str(value["authorities"])),
        asks_certificates=value.get("asks_certificates", True) is True,
    )


def _archive(value: object, peers: object) -> ArchiveAddress:
    """Read where the site's archive is. One that sends on associations of its own must be a known peer."""
    if not isinstance(value, dict):
        raise ConfigError("archive must be an object")
    remote = _remote(_ae_title(value["ae_title"]), value)
    retrieve = Retrieve(str(value.get("retrieve", "get")))
    if retrieve is Retrieve.MOVE and remote.ae_title not in {each.ae_title for each in _peers(peers)}:
        raise ConfigError(f"{remote.ae_title} sends by itself (move): it must be among the peers")
    return ArchiveAddress(remote, retrieve, issuer=str(value["issuer"]))


def _remote(ae_title: str, value: dict[str, object]) -> Remote:
    """Read where an application entity listens; without a host, at its only address."""
    host = str(value.get("host") or value.get("address") or "")
    if not host or "/" in host:
        raise ConfigError(f"{ae_title} needs a host beside its port")
    return Remote(ae_title, host, _port(value["port"]), tls=value.get("tls") is True)
