"""Earlier studies are searched and fetched over TLS, from an archive that proves itself (PS3.15 annex B)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .certificates import Authority, Proof
from .edge import SCANNER, Edge, free_port, uid_of, wait_until
from .orthanc import TITLE, Orthanc, needs_orthanc
from .receiver import TOKEN, Receiver
from .test_priors import ISSUER, ended, make_study, search
from .test_tls import describe, proven

pytestmark = needs_orthanc


@pytest.fixture
def platform() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()
    assert receiver.problems == []


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "certificates")


def make_site(
    folder: Path,
    platform: Receiver,
    authority: Authority,
    proof: Proof,
    *,
    retrieve: str,
    is_tls: bool = True,
) -> tuple[Edge, Orthanc]:
    """Make a gateway and an archive that speak over TLS alone; the archive proves itself as it can."""
    tls = describe(authority)
    archive = {
        "ae_title": TITLE,
        "host": "127.0.0.1",
        "port": free_port(),
        "tls": is_tls,
        "issuer": ISSUER,
        "retrieve": retrieve,
    }
    peers = [{"ae_title": title, "address": "127.0.0.1"} for title in (SCANNER, TITLE)]
    edge = Edge(folder, platform_url=platform.url, token=TOKEN, peers=peers, archive=archive, tls=tls)
    orthanc = Orthanc(
        folder / "orthanc",
        port=int(str(archive["port"])),
        gateway_port=int(str(tls["port"])),
        DicomTlsEnabled=True,
        DicomTlsCertificate=str(proof.certificate),
        DicomTlsPrivateKey=str(proof.key),
        DicomTlsTrustedCertificates=str(authority.certificate),
    )
    orthanc.modality(tls=True)
    return edge, orthanc


@pytest.fixture
def sites() -> Iterator[list[tuple[Edge, Orthanc]]]:
    sites: list[tuple[Edge, Orthanc]] = []
    yield sites
    for edge, orthanc in sites:
        edge.stop()
        orthanc.stop()


def start(site: tuple[Edge, Orthanc], sites: list[tuple[Edge, Orthanc]]) -> None:
    sites.append(site)
    site[1].start()
    site[0].start()


@pytest.mark.parametrize("retrieve", ["get", "move"])
def test_an_archive_that_is_believed_is_searched_and_sends(
    tmp_path: Path,
    platform: Receiver,
    authority: Authority,
    sites: list[tuple[Edge, Orthanc]],
    retrieve: str,
) -> None:
    site = make_site(tmp_path, platform, authority, authority.certify("archive"), retrieve=retrieve)
    start(site, sites)
    wanted = make_study(tmp_path / "wanted")
    site[1].hold(*wanted, options=proven(authority.certify("scanner"), authority))
    platform.searches = [search()]
    assert ended(platform) == {"state": "done", "reason": "", "missing": 0}
    wait_until(lambda: set(platform.objects) == {uid_of(path) for path in wanted})


def test_an_archive_of_another_authority_is_told_nothing(
    tmp_path: Path, platform: Receiver, authority: Authority, sites: list[tuple[Edge, Orthanc]]
) -> None:
    other = Authority(tmp_path / "other", "other").certify("archive")
    start(make_site(tmp_path, platform, authority, other, retrieve="get"), sites)
    platform.searches = [search()]
    assert ended(platform)["state"] == "failed"
    assert TITLE in str(ended(platform)["reason"])
    assert platform.candidates == []


def test_an_archive_certified_for_another_address_is_told_nothing(
    tmp_path: Path, platform: Receiver, authority: Authority, sites: list[tuple[Edge, Orthanc]]
) -> None:
    elsewhere = authority.certify("archive", address="127.0.0.2")
    start(make_site(tmp_path, platform, authority, elsewhere, retrieve="get"), sites)
    platform.searches = [search()]
    assert ended(platform)["state"] == "failed"
    assert platform.candidates == []


def test_an_archive_that_wants_tls_is_not_asked_without(
    tmp_path: Path, platform: Receiver, authority: Authority, sites: list[tuple[Edge, Orthanc]]
) -> None:
    proof = authority.certify("archive")
    start(make_site(tmp_path, platform, authority, proof, retrieve="get", is_tls=False), sites)
    platform.searches = [search()]
    assert ended(platform)["state"] == "failed"
    assert platform.candidates == []
