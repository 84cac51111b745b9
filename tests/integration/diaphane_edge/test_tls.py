"""DICOM over TLS, played by DCMTK and pynetdicom with certificates made here (PS3.15 annex B)."""

import queue
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pynetdicom import AE, evt

from .certificates import Authority, Proof
from .edge import ENVIRONMENT, SCANNER, Edge, free_port, uid_of, wait_until
from .receiver import TOKEN, Receiver
from .scu import association
from .test_commitment import COMMITMENT, WELL_KNOWN, committed, request

FILES = ("certificate", "key", "authorities")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def scanner(authority: Authority) -> Proof:
    return authority.certify("scanner")


def describe(authority: Authority, **changed: object) -> dict[str, object]:
    """Return the TLS part of a configuration."""
    gateway = authority.certify("gateway")
    return {
        "port": free_port(),
        "certificate": str(gateway.certificate),
        "key": str(gateway.key),
        "authorities": str(authority.certificate),
        "asks_certificates": True,
    } | changed


def make_edge(folder: Path, receiver: Receiver, tls: dict[str, object], **settings: object) -> Edge:
    return Edge(folder, platform_url=receiver.url, token=TOKEN, tls=tls, **settings)


@pytest.fixture
def edge(tmp_path: Path, receiver: Receiver, authority: Authority) -> Iterator[Edge]:
    with make_edge(tmp_path, receiver, describe(authority)) as edge:
        yield edge


def over_tls(edge: Edge, name: str, *options: object, files: tuple[Path, ...] = ()) -> bool:
    """Run a DCMTK client over TLS and tell whether it succeeded."""
    address = ("127.0.0.1", str(edge.tls_port))
    done = edge.tool(name, *map(str, options), *address, *map(str, files))
    return done.returncode == 0


def proven(proof: Proof, authority: Authority) -> tuple[object, ...]:
    return ("+tls", proof.key, proof.certificate, "+cf", authority.certificate)


@pytest.mark.parametrize("profile", ["+py", "+px", "+pz"])
def test_a_certified_modality_is_answered_under_each_profile(
    edge: Edge, authority: Authority, scanner: Proof, profile: str
) -> None:
    assert over_tls(edge, "echoscu", *proven(scanner, authority), profile)


def test_a_certified_modality_sends_its_images(
    edge: Edge, authority: Authority, scanner: Proof, receiver: Receiver, images: list[Path]
) -> None:
    assert over_tls(edge, "storescu", *proven(scanner, authority), "-R", files=tuple(images))
    wait_until(lambda: edge.states(images) == {"acknowledged": len(images)})
    assert {uid_of(path) for path in images} <= receiver.objects.keys()


def test_a_modality_without_a_certificate_is_refused(edge: Edge, authority: Authority) -> None:
    assert not over_tls(edge, "echoscu", "+tla", "+cf", authority.certificate)


def test_a_certificate_of_another_authority_is_refused(
    edge: Edge, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "other", "other").certify("stranger")
    assert not over_tls(edge, "echoscu", *proven(stranger, authority))


def test_a_modality_that_does_not_believe_the_gateway_goes_away(
    edge: Edge, scanner: Proof, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", "other")
    assert not over_tls(edge, "echoscu", *proven(scanner, other))


def test_a_certified_stranger_is_still_a_stranger(edge: Edge, authority: Authority, scanner: Proof) -> None:
    options = [str(each) for each in proven(scanner, authority)]
    address = ("127.0.0.1", str(edge.tls_port))
    assert edge.tool("echoscu", *options, *address, ae_title="STRANGER").returncode != 0
    refused = [each for each in edge.events() if each["event"] == "association_refused"]
    assert [each["calling_ae_title"] for each in refused] == ["STRANGER"]


def test_plain_dicom_is_not_understood_on_the_port_of_tls(edge: Edge) -> None:
    assert not over_tls(edge, "echoscu")
    assert edge.tool("echoscu", "127.0.0.1", str(edge.port)).returncode == 0


def test_certificates_may_be_asked_of_nobody(
    tmp_path: Path, receiver: Receiver, authority: Authority
) -> None:
    tls = describe(authority, asks_certificates=False)
    with make_edge(tmp_path, receiver, tls) as edge:
        assert over_tls(edge, "echoscu", "+tla", "+cf", authority.certificate)


def test_the_gateway_may_listen_over_tls_alone(
    tmp_path: Path, receiver: Receiver, authority: Authority, scanner: Proof
) -> None:
    tls = describe(authority)
    edge = make_edge(tmp_path, receiver, tls, port=0)
    plain, edge.port = edge.port, int(str(tls["port"]))
    with edge, socket.socket() as probe:
        assert over_tls(edge, "echoscu", *proven(scanner, authority))
        assert probe.connect_ex(("127.0.0.1", plain)) != 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_version_of_tls_is_refused(
    edge: Edge, authority: Authority, scanner: Proof, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.load_cert_chain(scanner.certificate, scanner.key)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    port = edge.tls_port
    with socket.create_connection(("127.0.0.1", port)) as connection, pytest.raises(ssl.SSLError):
        context.wrap_socket(connection, server_hostname="127.0.0.1")


def test_a_caller_that_says_nothing_keeps_nobody_out(
    edge: Edge, authority: Authority, scanner: Proof
) -> None:
    address = ("127.0.0.1", edge.tls_port)
    with socket.create_connection(address), socket.create_connection(address):
        assert over_tls(edge, "echoscu", *proven(scanner, authority))


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, receiver: Receiver, authority: Authority, file: str
) -> None:
    broken = tmp_path / f"{file}.pem"
    broken.write_text("nothing")
    edge = make_edge(tmp_path, receiver, describe(authority, **{file: str(broken)}))
    command = [sys.executable, "-m", "diaphane_edge", "run", "--config", str(edge.config)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"diaphane-edge : « tls.{file} » : {broken} ne contient pas de ")
    assert done.stderr.endswith(" ; écrivez le chemin du bon fichier PEM.\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("is_believed", [True, False])
def test_the_gateway_calls_over_tls_those_it_believes(
    tmp_path: Path, receiver: Receiver, authority: Authority, images: list[Path], is_believed: bool
) -> None:
    proof = (authority if is_believed else Authority(tmp_path / "other", "other")).certify("listening")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(proof.certificate, proof.key)
    context.load_verify_locations(authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    reports: queue.Queue[object] = queue.Queue()

    def hear(event: evt.Event) -> tuple[int, None]:
        reports.put(event.event_information)
        return 0x0000, None

    entity = AE(SCANNER)
    entity.add_supported_context(COMMITMENT, scu_role=True, scp_role=True)
    server = entity.start_server(
        ("127.0.0.1", 0), block=False, ssl_context=context, evt_handlers=[(evt.EVT_N_EVENT_REPORT, hear)]
    )
    port = server.socket.getsockname()[1]
    peers = [{"ae_title": SCANNER, "address": "127.0.0.1", "port": port, "tls": True}]
    try:
        with make_edge(tmp_path, receiver, describe(authority), peers=peers) as edge:
            edge.storescu(images[0])
            with association(edge, COMMITMENT) as opened:
                opened.send_n_action(request([uid_of(images[0])]), 1, COMMITMENT, WELL_KNOWN)
            if is_believed:
                assert committed(reports.get(timeout=60)) == {uid_of(images[0])}  # type: ignore[arg-type]
            else:
                wait_until(lambda: any(each["event"] == "commitment_waits" for each in edge.events()))
                assert reports.empty()
    finally:
        server.shutdown()
