"""Earlier studies are fetched from the site's archive, a real Orthanc, for the right person only."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pynetdicom import AE, evt

from diaphane_dicom.identifiers import new_uid

from .edge import SCANNER, Edge, free_port, uid_of, wait_until
from .orthanc import TITLE, Orthanc, needs_orthanc
from .receiver import TOKEN, Receiver
from .synthetic import make_image

ISSUER = "LISIERE-1"
PERSON = {"PatientID": "P1", "PatientName": "LÉVÊQUE^ÉLOÏSE^MARIE", "PatientBirthDate": "19540317"}
FIND = "1.2.840.10008.5.1.4.1.2.2.1"


@pytest.fixture
def platform() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()
    assert receiver.problems == []


def make_edge(folder: Path, platform: Receiver, port: int, retrieve: str = "get") -> Edge:
    peers = [{"ae_title": title, "address": "127.0.0.1"} for title in (SCANNER, TITLE)]
    archive = {"ae_title": TITLE, "host": "127.0.0.1", "port": port, "issuer": ISSUER, "retrieve": retrieve}
    return Edge(folder, platform_url=platform.url, token=TOKEN, peers=peers, archive=archive)


@pytest.fixture(params=["get", "move"])
def site(
    tmp_path: Path, platform: Receiver, request: pytest.FixtureRequest
) -> Iterator[tuple[Edge, Orthanc]]:
    """A gateway and its archive, which sends in one way or the other."""
    edge = make_edge(tmp_path, platform, port := free_port(), request.param)
    orthanc = Orthanc(tmp_path / "orthanc", port=port, gateway_port=edge.port)
    orthanc.start()
    edge.start()
    yield edge, orthanc
    edge.stop()
    orthanc.stop()


def make_study(folder: Path, *, count: int = 2, **elements: object) -> list[Path]:
    """Write an earlier study of the person, with some elements changed."""
    values = PERSON | {
        "SpecificCharacterSet": "ISO_IR 192",
        "StudyInstanceUID": new_uid(),
        "SeriesInstanceUID": new_uid(),
        "StudyDate": "20250110",
        "StudyDescription": "Scanner cérébral",
        "Modality": "CT",
        "BodyPartExamined": "HEAD",
    }
    return [make_image(folder / f"{n}.dcm", seed=n, **values | elements) for n in range(count)]


def study_of(paths: list[Path]) -> str:
    return str(dcmread(paths[0], stop_before_pixels=True).StudyInstanceUID)


def search(**changed: object) -> dict[str, object]:
    return {
        "id": "recherche-1",
        "identifiers": [{"value": "P1", "issuer": ISSUER}],
        "names": ["LEVEQUE^Eloise", "MARTIN^Eloise"],
        "birth_date": "19540317",
    } | changed


def ended(platform: Receiver) -> dict[str, object]:
    wait_until(lambda: platform.outcomes)
    return platform.outcomes[-1]


@needs_orthanc
def test_the_studies_that_the_platform_chooses_arrive_after_everything_else(
    site: tuple[Edge, Orthanc], platform: Receiver, tmp_path: Path
) -> None:
    edge, orthanc = site
    wanted, other = (make_study(tmp_path / name) for name in ("wanted", "other"))
    orthanc.hold(*wanted, *other)
    platform.wanted_priors = {study_of(wanted)}
    platform.searches = [search()]
    assert ended(platform) == {"state": "done", "reason": "", "missing": 0}
    wait_until(lambda: set(platform.objects) == {uid_of(path) for path in wanted})
    assert {each["study_instance_uid"] for each in platform.candidates} == {study_of(wanted), study_of(other)}
    [described] = [e for e in platform.candidates if e["study_instance_uid"] == study_of(wanted)]
    assert described | {"study_instance_uid": ""} == {
        "study_instance_uid": "",
        "patient_issuer": ISSUER,
        "study_date": "20250110",
        "description": "Scanner cérébral",
        "modalities": ["CT"],
        "body_parts": ["HEAD"],
    }
    lanes = {lane for (lane,) in edge._query("SELECT urgency FROM object")}
    assert lanes == {-3}
    assert "LÉVÊQUE" not in edge.log.read_text()


@needs_orthanc
@pytest.mark.parametrize(
    "changed",
    [
        {"PatientName": "LÉVÊQUE^PAULINE"},
        {"PatientName": "DURAND^ÉLOÏSE"},
        {"PatientBirthDate": "19540318"},
        {"PatientBirthDate": ""},
        {"IssuerOfPatientID": "AUTRE"},
        {"PatientID": "P10"},
    ],
)
@pytest.mark.parametrize("site", ["get"], indirect=True)
def test_a_study_of_somebody_else_is_neither_told_nor_fetched(
    site: tuple[Edge, Orthanc], platform: Receiver, tmp_path: Path, changed: dict[str, str]
) -> None:
    _edge, orthanc = site
    orthanc.hold(*make_study(tmp_path / "other", **changed))
    platform.searches = [search()]
    assert ended(platform)["state"] == "done"
    assert platform.candidates == []
    assert platform.objects == {}


@needs_orthanc
@pytest.mark.parametrize("site", ["get"], indirect=True)
def test_an_identifier_of_another_issuer_finds_nothing(
    site: tuple[Edge, Orthanc], platform: Receiver, tmp_path: Path
) -> None:
    _edge, orthanc = site
    orthanc.hold(*make_study(tmp_path / "other"))
    platform.searches = [search(identifiers=[{"value": "P1", "issuer": "ASIP-SANTE-INS-NIR"}])]
    assert ended(platform)["state"] == "done"
    assert platform.candidates == []


@needs_orthanc
@pytest.mark.parametrize("site", ["get"], indirect=True)
def test_an_archive_that_is_absent_is_asked_again_when_it_is_back(
    site: tuple[Edge, Orthanc], platform: Receiver, tmp_path: Path
) -> None:
    _edge, orthanc = site
    wanted = make_study(tmp_path / "wanted")
    orthanc.hold(*wanted)
    orthanc.stop()
    platform.searches = [search()]
    assert ended(platform)["state"] == "failed"
    assert TITLE in str(ended(platform)["reason"])
    orthanc.start()
    wait_until(lambda: platform.outcomes[-1]["state"] == "done")
    wait_until(lambda: set(platform.objects) == {uid_of(path) for path in wanted})


@needs_orthanc
@pytest.mark.parametrize("site", ["get"], indirect=True)
def test_a_study_that_is_held_already_is_not_sent_twice(
    site: tuple[Edge, Orthanc], platform: Receiver, tmp_path: Path
) -> None:
    _edge, orthanc = site
    wanted = make_study(tmp_path / "wanted")
    orthanc.hold(*wanted)
    for number in (1, 2):
        platform.searches = [search(id=f"recherche-{number}")]
        wait_until(lambda number=number: len(platform.outcomes) == number)
    wait_until(lambda: set(platform.objects) == {uid_of(path) for path in wanted})
    assert set(platform.deliveries.values()) == {1}


def test_without_an_archive_the_platform_is_told(tmp_path: Path, platform: Receiver) -> None:
    platform.searches = [search()]
    with Edge(tmp_path, platform_url=platform.url, token=TOKEN):
        assert ended(platform)["state"] == "no_archive"


def test_a_search_that_is_not_understood_stops_nothing(tmp_path: Path, platform: Receiver) -> None:
    platform.searches = [{"id": "x"}]
    with Edge(tmp_path, platform_url=platform.url, token=TOKEN) as edge:
        wait_until(lambda: any(each["event"] == "prior_search_refused" for each in edge.events()))
        platform.searches = [search()]
        assert ended(platform)["state"] == "no_archive"


def test_a_slow_archive_holds_up_no_new_exam(tmp_path: Path, platform: Receiver, images: list[Path]) -> None:
    entity = AE(TITLE)
    entity.add_supported_context(FIND)
    is_asked, may_answer = threading.Event(), threading.Event()

    def dawdle(_event: evt.Event) -> Iterator[tuple[int, None]]:
        is_asked.set()
        assert may_answer.wait(60)
        yield 0x0000, None

    port = free_port()
    server = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_C_FIND, dawdle)])
    try:
        platform.searches = [search()]
        with make_edge(tmp_path, platform, port) as edge:
            wait_until(is_asked.is_set)
            assert edge.storescu(*images).returncode == 0
            wait_until(lambda: len(platform.objects) == len(images))
            assert platform.outcomes == []
            may_answer.set()
            assert ended(platform)["state"] == "done"
    finally:
        may_answer.set()
        server.shutdown()


def test_an_archive_that_sends_by_itself_must_be_known(tmp_path: Path, platform: Receiver) -> None:
    edge = make_edge(tmp_path, platform, free_port(), "move")
    edge.config.write_text(
        edge.config.read_text().replace(f'"ae_title": "{TITLE}", "address"', '"ae_title": "X", "address"')
    )
    with pytest.raises(AssertionError, match="n’est pas dans « peers »"):
        edge.start()
