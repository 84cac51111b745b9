"""Real clients over a real server: dicomweb-client, and DCMTK's storescu through the real gateway."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from django.conf import settings
from pydicom import dcmread
from pytest_django import DjangoDbBlocker
from requests import Session

from diaphane.accounts.operations import issue_service_token
from diaphane.imaging.models import Instance
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Role
from tests.browsing import open_session
from tests.images import make_ct, make_htj2k_ct
from tests.integration.diaphane_edge.edge import Edge, wait_until
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory, validated

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
IMAGES = ("MR_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "SC_rgb_jpeg_dcmtk.dcm", "image_dfl.dcm")
OTHERS = ("rtplan.dcm", "reportsi.dcm")


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    with django_db_blocker.unblock(), serving(tmp_path_factory.mktemp("peers")) as running:
        yield running


@pytest.fixture
def client(server: LiveServer, territory: Territory) -> DICOMwebClient:
    """Return dicomweb-client with the token of a service of the site."""
    token = issue_service_token(label="Essai", role=Role.SERVICE, structure_id=territory.site.pk)
    session = Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return DICOMwebClient(url=f"{server.url}/dicomweb", session=session)


def test_a_series_goes_and_comes_back_bit_for_bit(client: DICOMwebClient, territory: Territory) -> None:
    act = validated(territory).act
    sent = [make_ct(act, number=n, SeriesInstanceUID="1.2.77") for n in (1, 2)]
    sent.append(make_htj2k_ct(act, number=3, SeriesInstanceUID="1.2.77"))
    answer = client.store_instances([dcmread(BytesIO(each)) for each in sent])
    assert len(answer.ReferencedSOPSequence) == 3
    [study] = client.search_for_studies(search_filters={"AccessionNumber": act.accession_number})
    uid = study["0020000D"]["Value"][0]
    assert len(client.retrieve_series_metadata(uid, "1.2.77")) == 3
    everything = (("application/dicom", "*"),)
    back = client.retrieve_series(uid, "1.2.77", media_types=everything)
    for before, after in zip((dcmread(BytesIO(each)) for each in sent), back, strict=True):
        assert after.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
        assert after.PixelData == before.PixelData
        assert after == before


@pytest.mark.parametrize("name", IMAGES + OTHERS)
def test_real_objects_come_back_as_they_were_sent(
    server: LiveServer, client: DICOMwebClient, name: str
) -> None:
    before = dcmread(SHIPPED / name)
    client.store_instances([before])
    uids = (before.StudyInstanceUID, before.SeriesInstanceUID, before.SOPInstanceUID)
    kept = server.log.parent / "objects" / Instance.objects.get().storage_key
    assert dcmread(kept) == before
    after = client.retrieve_instance(*uids, media_types=(("application/dicom", "*"),))
    assert after == before
    [metadata] = (client.retrieve_instance_metadata(*uids),)
    assert metadata["00080018"]["Value"] == [before.SOPInstanceUID]


@pytest.mark.parametrize("name", IMAGES)
def test_real_frames_are_decoded_for_a_client_without_codecs(client: DICOMwebClient, name: str) -> None:
    before = dcmread(SHIPPED / name)
    client.store_instances([before])
    uids = (before.StudyInstanceUID, before.SeriesInstanceUID, before.SOPInstanceUID)
    [frame] = client.retrieve_instance_frames(*uids, frame_numbers=[1])
    size = before.Rows * before.Columns * before.get("SamplesPerPixel", 1) * before.BitsAllocated // 8
    assert len(frame) == size
    if before.get("SamplesPerPixel", 1) == 1:
        expected = before.pixel_array
        assert np.array_equal(np.frombuffer(frame, expected.dtype).reshape(expected.shape), expected)
    picture = client.retrieve_instance_rendered(*uids, media_types=("image/png",))
    assert picture[:4] == b"\x89PNG"


def test_the_gateway_brings_what_storescu_sends(
    server: LiveServer, territory: Territory, tmp_path: Path
) -> None:
    act = validated(territory).act
    files = []
    for number in range(1, 6):
        files.append(tmp_path / f"{number}.dcm")
        files[-1].write_bytes(make_ct(act, number=number, size=64, SeriesInstanceUID="1.2.77"))
    files.append(SHIPPED / "MR_small.dcm")
    token = issue_service_token(label="Passerelle", role=Role.EDGE, structure_id=territory.site.pk)
    edge = Edge(tmp_path, platform_url=server.url, token=token)
    edge.start()
    try:
        assert edge.storescu(*files).returncode == 0
        wait_until(lambda: Instance.objects.count() == 6)
        wait_until(lambda: count_images(act).expected == 5)
    finally:
        edge.stop()
    counts = count_images(act)
    assert (counts.received, counts.verified, counts.series, counts.is_complete) == (5, 5, 1, True)
    assert set(Instance.objects.values_list("transfer_syntax_uid", flat=True)) == {"1.2.840.10008.1.2.4.202"}


def test_a_whole_study_streams_to_a_person(
    server: LiveServer, territory: Territory, client: DICOMwebClient
) -> None:
    act = validated(territory).act
    client.store_instances([dcmread(BytesIO(make_ct(act, number=n))) for n in range(4)])
    session = open_session(territory.imageur).cookies[settings.SESSION_COOKIE_NAME].value
    address = f"{server.url}/dicomweb/studies/{act.study_instance_uid}"
    response = httpx.get(address, cookies={settings.SESSION_COOKIE_NAME: session}, timeout=60)
    assert response.status_code == 200
    assert response.content.count(b"DICM") == 4
