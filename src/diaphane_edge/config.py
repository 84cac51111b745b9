"""Read the gateway's configuration, refusing what is missing or absurd with one clear line."""

import json
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from .archive import ArchiveAddress, Retrieve
from .ceilings import Ceiling, read_ceilings
from .faults import spell_fault, spell_misreading
from .outgoing import Remote
from .settings import ConfigError, Section
from .tls import Tls

PEERS = '[{"ae_title": "SCANNER1", "address": "10.0.0.12"}]'
FILE = 'le chemin d’un fichier, par exemple "/etc/diaphane/{}"'


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
    remembered_days: float = 90.0
    """How long the journal remembers what the platform has verified."""
    spared_megabytes: float = 256.0
    """Below this much free disk, objects are refused: what is held must still go out."""
    reserved_megabytes: float = 256.0
    """How much of the disk is taken in advance, for the next objects to be written over."""


def read_config(path: Path) -> Config:
    """Read a configuration file in JSON. Raises ConfigError."""
    try:
        return _parse(Section(json.loads(path.read_text("utf-8"))))
    except OSError as error:
        raise ConfigError(f"la configuration {path} ne se lit pas : {spell_fault(error)}.") from error
    except ConfigError as error:
        raise ConfigError(f"{path} : {error}") from error
    except (ValueError, RecursionError) as error:
        what = f"{path} : {spell_misreading(error)}"
        raise ConfigError(f"{what} ; corrigez, ou repartez de l’exemple du mode d’emploi.") from error


def _parse(top: Section) -> Config:
    spool = Path(top.text("spool", write='le chemin d’un dossier, par exemple "/var/lib/diaphane"'))
    tls = _read_tls(top.section("tls")) if top.has("tls") else None
    peers = _read_peers(top, has_tls=tls is not None)
    config = Config(
        site=top.text("site", write='le nom court du site, par exemple "lisiere"'),
        ae_title=top.ae_title("ae_title"),
        host=top.text("host", write='l’adresse où écouter, par exemple "0.0.0.0" pour toutes'),
        port=top.port("port", is_zero_taken=True),
        spool=spool,
        platform_url=top.url("platform_url"),
        credentials=Path(
            top.text("credentials", write=FILE.format("jeton.json"), default=str(spool / "credentials.json"))
        ),
        token=top.secret("token"),
        tls=tls,
        archive=_read_archive(top.section("archive"), peers, has_tls=bool(tls))
        if top.has("archive")
        else None,
        peers=peers,
        status_port=top.port("status_port", is_zero_taken=True, default=0),
        worklist_poll_seconds=top.number(
            "worklist_poll_seconds", unit="secondes", least=0.1, most=3600, default=5.0
        ),
        ceilings=read_ceilings(top),
        remembered_days=top.number("remembered_days", unit="jours", least=2, most=3650, default=90.0),
        spared_megabytes=top.number("spared_megabytes", unit="mégaoctets", least=0, default=256.0),
        reserved_megabytes=top.number("reserved_megabytes", unit="mégaoctets", least=0, default=256.0),
    )
    top.refuse_others()
    _refuse_shared_ports(top, config)
    return config


def _refuse_shared_ports(top: Section, config: Config) -> None:
    """Refuse a gateway that listens nowhere, or twice at the same place."""
    tls_port = config.tls.port if config.tls else 0
    if not config.port and not tls_port:
        raise top.wrong("port", "sans « tls.port » n’ouvre rien", "un port, ou la section « tls »")
    if config.port == tls_port:
        raise top.wrong("port", "est aussi « tls.port »", "deux ports différents")
    if config.status_port and config.status_port in (config.port, tls_port):
        raise top.wrong("status_port", "est aussi un port DICOM", "un port que rien d’autre n’occupe")


def _read_peers(top: Section, *, has_tls: bool) -> tuple[Peer, ...]:
    peers = tuple(_read_peer(each, has_tls=has_tls) for each in top.sections("peers", write=PEERS))
    if not peers:
        raise top.missing("peers", f"au moins une modalité : {PEERS}")
    return peers


def _read_peer(peer: Section, *, has_tls: bool) -> Peer:
    ae_title, network = peer.ae_title("ae_title"), peer.network("address")
    is_called = any([peer.has("port"), peer.has("host"), peer.has("tls")])
    usual_host = str(network.network_address) if network.num_addresses == 1 else None
    remote = _read_remote(peer, ae_title, has_tls=has_tls, usual_host=usual_host) if is_called else None
    peer.refuse_others()
    return Peer(ae_title, network, remote)


def _read_tls(tls: Section) -> Tls:
    found = Tls(
        port=tls.port("port", is_zero_taken=True),
        certificate=Path(tls.text("certificate", write=FILE.format("certificat.pem"))),
        key=Path(tls.text("key", write=FILE.format("cle.pem"))),
        authorities=Path(tls.text("authorities", write=FILE.format("autorites.pem"))),
        asks_certificates=tls.flag("asks_certificates", default=True),
    )
    tls.refuse_others()
    return found


def _read_archive(archive: Section, peers: tuple[Peer, ...], *, has_tls: bool) -> ArchiveAddress:
    """Read where the site's archive is. One that sends on associations of its own must be a known peer."""
    remote = _read_remote(archive, archive.ae_title("ae_title"), has_tls=has_tls)
    retrieve = archive.text("retrieve", write='"get" ou "move"', default=str(Retrieve.GET))
    if retrieve not in set(Retrieve):
        raise archive.wrong("retrieve", "n’est pas une façon de rapatrier", '"get" ou "move"')
    if retrieve == Retrieve.MOVE and remote.ae_title not in {each.ae_title for each in peers}:
        what = f"fait appeler {remote.ae_title}, qui n’est pas dans « peers »"
        raise archive.wrong("retrieve", what, 'aussi cette archive dans « peers », ou "get" ici')
    issuer = archive.text(
        "issuer", write="le site qui attribue ses identifiants, tel que la plateforme le nomme"
    )
    archive.refuse_others()
    return ArchiveAddress(remote, Retrieve(retrieve), issuer=issuer)


def _read_remote(entity: Section, ae_title: str, *, has_tls: bool, usual_host: str | None = None) -> Remote:
    """Read where an application entity listens; without a host, at its only address."""
    host = entity.text("host", write="le nom ou l’adresse de cette machine", default=usual_host)
    if "/" in host or any(each.isspace() for each in host):
        raise entity.wrong("host", "n’est pas une machine", "son nom ou son adresse, sans réseau")
    tls = entity.flag("tls", default=False)
    if tls and not has_tls:
        raise entity.wrong(
            "tls", "demande TLS, qui n’est pas réglé ici", "aussi la section « tls », ou false"
        )
    return Remote(ae_title, host, entity.port("port"), tls=tls)
