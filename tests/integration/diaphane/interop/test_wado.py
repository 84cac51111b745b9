"""Retrieval: rights first, then what is accepted, then the very bytes (PS3.18 §10.4)."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from django.core.files.storage import storages
from django.test import Client
from PIL import Image
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane_dicom.htj2k import decode_all
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory

from .conftest import MULTIPART, Images, make_body, open_token

pytestmark = pytest.mark.usefixtures("object_store")
STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
HTJ2K = "1.2.840.10008.1.2.4.202"
MPEG4 = "1.2.840.10008.1.2.4.102"
EXPLICIT = "1.2.840.10008.1.2.1"
JPEG_LS = "1.2.840.10008.1.2.4.80"
RESOURCES = ["", "/metadata", "/rendered", "/thumbnail", "/frames/1", "/bulkdata/00420011/1"]


def read_bodies(response: object) -> Iterator[bytes]:
    content = response.getvalue()  # type: ignore[attr-defined]
    boundary = response["Content-Type"].rpartition("boundary=")[2]  # type: ignore[index]
    for part in content.split(f"--{boundary}".encode())[1:-1]:
        yield part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_not_open_does_not_exist(
    images: Images, territory: Territory, login: Callable[[Actor], Client], resource: str
) -> None:
    strangers = [
        login(territory.outsider),
        login(make_actor(Role.IMAGEUR, StructureFactory())),
        login(make_patient_actor(territory.patient)),
        open_token(Role.SERVICE, StructureFactory().pk),
    ]
    assert [each.get(images.path(0) + resource).status_code for each in strangers] == [404] * 4
    assert not Entry.objects.filter(action="viewed.images").exists()


@pytest.mark.parametrize(
    "address",
    [
        "/dicomweb/studies/1.2.3/metadata",
        "{study}/series/1.2.3/metadata",
        "{series}/instances/1.2.3",
        "{series}/instances/1.2.3/frames/1",
        "{first}/frames/2",
        "{first}/bulkdata/7FE00010/1",
        "/dicomweb/studies/not-a-uid/metadata",
        "/dicomweb/studies/" + "1." * 40 + "1/metadata",
    ],
)
def test_what_is_unknown_is_not_found(images: Images, imageur_client: Client, address: str) -> None:
    path = address.format(study=images.study_path, series=images.series_path, first=images.path(0))
    assert imageur_client.get(path).status_code == 404


@pytest.mark.parametrize("numbers", ["0", "x", "1,", "-1", "1;2"])
def test_frame_numbers_that_are_not_are_refused(images: Images, imageur_client: Client, numbers: str) -> None:
    assert imageur_client.get(f"{images.path(0)}/frames/{numbers}").status_code == 400


@pytest.mark.parametrize(
    ("resource", "accept"),
    [
        ("", "text/html"),
        ("", 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90'),
        ("/metadata", 'multipart/related; type="application/dicom+xml"'),
        ("/frames/1", "image/gif"),
        ("/frames/1", 'multipart/related; type="image/jp2"'),
        ("/rendered", "image/gif"),
        ("/rendered", "video/mp4"),
    ],
)
def test_what_cannot_be_made_is_not_acceptable(
    images: Images, imageur_client: Client, resource: str, accept: str
) -> None:
    response = imageur_client.get(images.path(0) + resource, headers={"Accept": accept})
    assert response.status_code == 406
    assert "error" in json.loads(response.content)


def test_metadata_comes_from_what_was_prepared(images: Images, imageur_client: Client) -> None:
    for each in images.instances:
        storages["objects"].delete(each.storage_key)
    for path, count in ((images.study_path, 3), (images.series_path, 3), (images.path(1), 1)):
        response = imageur_client.get(f"{path}/metadata")
        assert response["Content-Type"] == "application/dicom+json"
        assert response["Cache-Control"] == "private, no-store"
        found = json.loads(response.content)
        assert len(found) == count
        assert "7FE00010" not in found[0]


def test_a_view_is_traced_once_for_a_session(images: Images, imageur_client: Client) -> None:
    for _again in range(3):
        imageur_client.get(f"{images.series_path}/metadata")
        imageur_client.get(f"{images.path(0)}/rendered")
    entry = Entry.objects.get(action="viewed.images")
    assert (entry.act_id, entry.patient_id) == (images.act.pk, images.act.patient_id)


def test_a_machine_is_traced_too(images: Images, edge_client: Client) -> None:
    edge_client.get(f"{images.series_path}/metadata")
    assert Entry.objects.get(action="viewed.images").actor_role == Role.EDGE.value


@pytest.mark.parametrize("accept", ["*/*", None, 'multipart/related; type="application/dicom"'])
def test_objects_are_decoded_unless_asked_otherwise(
    images: Images, imageur_client: Client, accept: str | None
) -> None:
    response = imageur_client.get(images.series_path, headers={"Accept": accept} if accept else {})
    assert f"transfer-syntax={EXPLICIT}" in response["Content-Type"]
    read = [dcmread(BytesIO(body)) for body in read_bodies(response)]
    assert [each.file_meta.TransferSyntaxUID for each in read] == [EXPLICIT] * 3
    assert [int(each.InstanceNumber) for each in read] == [1, 2, 3]
    assert read[1].pixel_array.shape == (64, 64)


@pytest.mark.parametrize("index", [0, 1])
def test_objects_come_as_stored_when_any_encoding_will_do(
    images: Images, imageur_client: Client, index: int
) -> None:
    accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
    response = imageur_client.get(images.path(index), headers={"Accept": accept})
    assert list(read_bodies(response)) == [images.contents[index]]
    stored = images.instances[index].transfer_syntax_uid
    assert f"transfer-syntax={stored}" in response["Content-Type"]


def test_one_object_comes_alone_when_asked(images: Images, imageur_client: Client) -> None:
    response = imageur_client.get(images.path(0), headers={"Accept": "application/dicom"})
    assert response["Content-Type"] == "application/dicom"
    assert response.content == images.contents[0]
    assert imageur_client.get(images.series_path, headers={"Accept": "application/dicom"}).status_code == 406


@pytest.mark.parametrize(
    "accept", [STORED, STORED.replace("*", HTJ2K), 'multipart/related; type="image/jphc"']
)
def test_a_compressed_frame_goes_as_it_is_stored(images: Images, imageur_client: Client, accept: str) -> None:
    response = imageur_client.get(f"{images.path(1)}/frames/1", headers={"Accept": accept})
    assert f"transfer-syntax={HTJ2K}" in response["Content-Type"]
    [[(offset, length)]] = images.instances[1].frames or []
    [body] = read_bodies(response)
    assert body == images.contents[1][offset : offset + length]


def test_each_part_names_its_transfer_syntax(images: Images, imageur_client: Client) -> None:
    response = imageur_client.get(f"{images.path(1)}/frames/1", headers={"Accept": STORED})
    named = f"\r\nContent-Type: application/octet-stream; transfer-syntax={HTJ2K}\r\n\r\n"
    assert named.encode() in response.getvalue()


@pytest.mark.parametrize(
    "accept", ["*/*", 'multipart/related; type="application/octet-stream"', STORED.replace("*", EXPLICIT)]
)
def test_a_frame_is_decoded_for_viewers_without_its_codec(
    images: Images, imageur_client: Client, accept: str
) -> None:
    response = imageur_client.get(f"{images.path(1)}/frames/1", headers={"Accept": accept})
    assert f"transfer-syntax={EXPLICIT}" in response["Content-Type"]
    [body] = read_bodies(response)
    expected = dcmread(BytesIO(make_ct(images.act, number=2, size=64))).pixel_array
    assert np.array_equal(np.frombuffer(body, "<u2").reshape(64, 64), expected)


@pytest.mark.parametrize("accept", [STORED.replace("*", JPEG_LS), 'multipart/related; type="image/jls"'])
@pytest.mark.parametrize("rank", [0, 1])
def test_a_frame_is_made_in_jpeg_ls_for_viewers_that_ask_for_it(
    images: Images, imageur_client: Client, accept: str, rank: int
) -> None:
    response = imageur_client.get(f"{images.path(rank)}/frames/1", headers={"Accept": accept})
    assert f"transfer-syntax={JPEG_LS}" in response["Content-Type"]
    [body] = read_bodies(response)
    stored = images.contents[rank]
    assert np.array_equal(imagecodecs.jpegls_decode(body), decode_all(stored, dcmread(BytesIO(stored)))[0])


@pytest.mark.parametrize("accept", [f"application/dicom; transfer-syntax={JPEG_LS}"])
def test_an_object_is_made_in_jpeg_ls(images: Images, imageur_client: Client, accept: str) -> None:
    response = imageur_client.get(images.path(1), headers={"Accept": accept})
    made = dcmread(BytesIO(response.content))
    assert made.file_meta.TransferSyntaxUID == JPEG_LS
    stored = images.contents[1]
    [expected] = decode_all(stored, dcmread(BytesIO(stored)))
    assert np.array_equal(decode_all(response.content, made)[0], expected)


def test_an_object_without_pixels_has_no_form_in_jpeg_ls(
    edge_client: Client, imageur_client: Client, act: Act
) -> None:
    content = make_ct(act, SeriesInstanceUID="1.2.8", SOPInstanceUID="1.2.9")
    dataset = dcmread(BytesIO(content))
    for keyword in ("PixelData", "Rows", "Columns"):
        delattr(dataset, keyword)
    target = BytesIO()
    dataset.save_as(target)
    posted = edge_client.post("/dicomweb/studies", make_body(target.getvalue()), content_type=MULTIPART)
    assert posted.status_code == 200
    address = f"/dicomweb/studies/{act.study_instance_uid}/series/1.2.8/instances/1.2.9"
    accept = f'multipart/related; type="application/dicom"; transfer-syntax={JPEG_LS}'
    response = imageur_client.get(address, headers={"Accept": accept})
    assert f"transfer-syntax={EXPLICIT}" in response["Content-Type"]


def test_one_frame_comes_alone_when_asked(images: Images, imageur_client: Client) -> None:
    headers = {"Accept": "application/octet-stream"}
    response = imageur_client.get(f"{images.path(0)}/frames/1", headers=headers)
    assert len(response.content) == 32 * 32 * 2
    headers["Accept"] = "image/jphc"
    assert imageur_client.get(f"{images.path(1)}/frames/1", headers=headers).content[:2] == b"\xff\x4f"


@pytest.fixture
def multiframe(edge_client: Client, act: Act) -> str:
    """Return the address of a stored object of four frames."""
    pixels = np.arange(4 * 8 * 8, dtype=np.uint16)
    content = make_ct(
        act,
        SeriesInstanceUID="1.2.8",
        SOPInstanceUID="1.2.9",
        Rows=8,
        Columns=8,
        NumberOfFrames=4,
        PixelData=pixels.tobytes(),
    )
    assert (
        edge_client.post("/dicomweb/studies", make_body(content), content_type=MULTIPART).status_code == 200
    )
    return f"/dicomweb/studies/{act.study_instance_uid}/series/1.2.8/instances/1.2.9"


def test_frames_come_in_the_order_asked(multiframe: str, imageur_client: Client) -> None:
    response = imageur_client.get(f"{multiframe}/frames/3,1", headers={"Accept": STORED})
    third, first = (np.frombuffer(body, "<u2") for body in read_bodies(response))
    assert (int(third[0]), int(first[0])) == (128, 0)
    assert imageur_client.get(f"{multiframe}/frames/5", headers={"Accept": STORED}).status_code == 404


def test_long_values_are_left_at_an_address(edge_client: Client, imageur_client: Client, act: Act) -> None:
    document = bytes(range(256)) * 20
    content = make_ct(act, SOPInstanceUID="1.2.5", EncapsulatedDocument=document)
    edge_client.post("/dicomweb/studies", make_body(content), content_type=MULTIPART)
    path = f"/dicomweb/studies/{act.study_instance_uid}/metadata"
    [metadata] = json.loads(imageur_client.get(path).content)
    address = metadata["00420011"]["BulkDataURI"]
    assert address.startswith("http://testserver/dicomweb/studies/")
    headers = {"Accept": "application/octet-stream"}
    assert imageur_client.get(address, headers=headers).content == document
    [body] = read_bodies(imageur_client.get(address))
    assert body == document
    assert imageur_client.get(address[:-1] + "2").status_code == 404


@pytest.mark.parametrize(("accept", "kind"), [("*/*", "JPEG"), ("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_a_picture_is_rendered(images: Images, imageur_client: Client, accept: str, kind: str) -> None:
    response = imageur_client.get(f"{images.path(1)}/rendered", headers={"Accept": accept})
    picture = Image.open(BytesIO(response.content))
    assert (picture.format, picture.size) == (kind, (64, 64))
    low, high = picture.convert("L").getextrema()
    assert high - low > 100  # type: ignore[operator]


def test_a_picture_obeys_window_and_size(images: Images, imageur_client: Client) -> None:
    address = f"{images.path(1)}/frames/1/rendered?window=5000,10&viewport=16,16"
    picture = Image.open(BytesIO(imageur_client.get(address).content))
    assert picture.size == (16, 16)
    assert picture.getextrema() == (0, 0)


@pytest.mark.parametrize(
    "query",
    ["window=1", "window=a,b", "window=1,0", "window=nan,1", "viewport=0,1", "viewport=9", "viewport=9999,9"],
)
def test_a_malformed_rendering_is_refused(images: Images, imageur_client: Client, query: str) -> None:
    assert imageur_client.get(f"{images.path(0)}/rendered?{query}").status_code == 400


def test_thumbnails_exist_at_every_level(images: Images, imageur_client: Client) -> None:
    for path in (images.study_path, images.series_path, images.path(0)):
        response = imageur_client.get(f"{path}/thumbnail")
        assert Image.open(BytesIO(response.content)).format == "JPEG"


def test_video_is_named_outside_as_it_is_inside_and_has_no_frame_nor_picture(
    images: Images, gateway: Actor, imageur_client: Client, at: datetime
) -> None:
    video = dcmread(BytesIO(make_htj2k_ct(images.act, number=8, SeriesInstanceUID="1.2.78")))
    video.file_meta.TransferSyntaxUID = MPEG4
    content = BytesIO()
    video.save_as(content)
    store_instance(content=content.getvalue(), by=gateway, at=at)
    address = f"{images.study_path}/series/1.2.78/instances/{video.SOPInstanceUID}"
    for accept in ("*/*", "", 'multipart/related; type="application/dicom"; transfer-syntax=*'):
        answer = imageur_client.get(address, headers={"Accept": accept} if accept else {})
        assert f"transfer-syntax={MPEG4}" in answer["Content-Type"]
        said = answer.getvalue()
        assert f"application/dicom; transfer-syntax={MPEG4}".encode() in said
        assert content.getvalue() in said
    mixed = imageur_client.get(images.study_path, headers={"Accept": "*/*"})
    assert "transfer-syntax" not in mixed["Content-Type"]
    for resource in ("/frames/1", "/rendered", "/thumbnail"):
        assert imageur_client.get(address + resource).status_code == 406
