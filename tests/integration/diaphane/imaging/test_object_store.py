"""The object store keeps the same promises in a folder and in a bucket."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import SEEK_END
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from diaphane.acts.models import Act
from diaphane.imaging.bucket import DurableBucket
from diaphane.imaging.keeping import NotStoredError, keep_object, open_object, read_object
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from diaphane.imaging.pixels import read_stored_frames
from diaphane.imaging.storage import make_incoming_folder
from diaphane.kernel.actors import Actor, Role
from tests.images import make_ct, make_htj2k_ct
from tests.integration.diaphane.interop.conftest import MULTIPART, make_body, open_token
from tests.weed import Service, serving_s3


@pytest.mark.usefixtures("object_store")
def test_what_is_kept_is_read_whole_or_by_ranges(act: Act, edge: Actor, at: datetime) -> None:
    content = make_htj2k_ct(act)
    store_instance(content=content, by=edge, at=at)
    instance = Instance.objects.get()
    assert read_object(instance.storage_key) == content
    [[(offset, length)]] = instance.frames or []
    assert list(read_stored_frames(instance, [1])) == [content[offset : offset + length]]
    with open_object(instance.storage_key) as stream:
        assert stream.read(132)[128:] == b"DICM"
        assert stream.seek(-4, SEEK_END) == len(content) - 4
        assert stream.read(100) == content[-4:]
        assert stream.read(1) == b""


@pytest.mark.usefixtures("object_store", "db")
def test_a_key_that_is_not_there_is_a_missing_file() -> None:
    store = storages["objects"]
    assert not store.exists("ab/cd/abcd.dcm")
    with pytest.raises(FileNotFoundError):
        read_object("ab/cd/abcd.dcm")


@pytest.mark.usefixtures("object_store", "db")
def test_keys_are_listed_and_removed() -> None:
    kept = {keep_object(make_ct(number=number)).storage_key for number in range(3)}
    store = storages["objects"]
    assert set(store.list_keys()) == kept  # type: ignore[attr-defined]
    store.delete(min(kept))
    assert set(store.list_keys()) == kept - {min(kept)}  # type: ignore[attr-defined]


@pytest.mark.usefixtures("object_store", "db")
def test_keys_come_in_order_from_anywhere_however_many() -> None:
    store = storages["objects"]
    digests = [f"{number * 2654435761 % 2**32:08x}" for number in range(1100)]
    kept = sorted(f"{each[:2]}/{each[2:4]}/{each}.dcm" for each in digests)
    others = {"ab.txt", "ab-1/notes.txt", "ab/notes.txt"}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: store.save(key, ContentFile(b"x")), [*kept, *others]))
    listed = list(store.list_keys())  # type: ignore[attr-defined]
    assert [key for key in listed if key not in others] == kept
    assert sorted(listed) == sorted({*kept, *others})
    for after in (kept[0], kept[600], kept[-1], "zz"):
        following = set(store.list_keys(after=after)) - others  # type: ignore[attr-defined]
        assert following == {key for key in kept if key > after}


@pytest.mark.usefixtures("s3_service")
def test_a_bucket_lists_what_is_under_its_own_prefix(
    s3_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    prefixes = ("a", "ab", "a/b", "", "été 2026")
    stores = [
        DurableBucket(url=f"{s3_service.url}/listes/{each}", endpoint=s3_service.endpoint)
        for each in prefixes
    ]
    for number, store in enumerate(stores):
        store.save(f"ef/cd/{number}.dcm", ContentFile(b"x"))
    ours, beside, below, above, accented = (list(each.list_keys()) for each in stores)
    assert ours == ["b/ef/cd/2.dcm", "ef/cd/0.dcm"]
    assert (beside, below, accented) == (["ef/cd/1.dcm"], ["ef/cd/2.dcm"], ["ef/cd/4.dcm"])
    assert above == sorted(
        ["a/b/ef/cd/2.dcm", "a/ef/cd/0.dcm", "ab/ef/cd/1.dcm", "ef/cd/3.dcm", "été 2026/ef/cd/4.dcm"]
    )


@pytest.mark.usefixtures("object_store", "db")
def test_what_is_being_written_or_comes_in_is_not_listed(object_store: str) -> None:
    store = storages["objects"]
    store.save("ab/cd/1.dcm", ContentFile(b"x"))
    (make_incoming_folder() / "transfer.part").write_bytes(b"x")
    if object_store == "folder":
        Path(store.path("ab/cd/.writing-1")).write_bytes(b"x")
    assert list(store.list_keys()) == ["ab/cd/1.dcm"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("object_store", "db")
def test_an_object_that_rotted_is_written_again_when_it_comes_again() -> None:
    content = make_ct()
    kept = keep_object(content)
    storages["objects"].save(kept.storage_key, ContentFile(content[:-1] + b"\1"))
    keep_object(content)
    assert read_object(kept.storage_key) == content


@pytest.mark.usefixtures("db")
def test_a_bucket_that_changes_what_it_keeps_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, s3_service: Service, settings: object
) -> None:
    class Rotten(DurableBucket):
        def save(self, name: object, content: object, max_length: object = None) -> str:  # type: ignore[override]
            return super().save(str(name), ContentFile(b"autre chose"))

    rotten = Rotten(url=f"{s3_service.url}/rotten", endpoint=s3_service.endpoint)
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    monkeypatch.setattr("diaphane.imaging.keeping.storages", {"objects": rotten})
    with pytest.raises(NotStoredError):
        keep_object(make_ct())


@pytest.mark.slow
def test_a_service_that_stopped_stores_nothing_and_asks_to_try_again(
    act: Act, territory: object, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    with serving_s3(tmp_path) as service:
        options = {"url": service.url, "endpoint": service.endpoint}
        settings.STORAGES = {  # type: ignore[attr-defined]
            **settings.STORAGES,  # type: ignore[attr-defined]
            "objects": {"BACKEND": "diaphane.imaging.bucket.DurableBucket", "OPTIONS": options},
        }
        client = open_token(Role.EDGE, act.requesting_site_id)
        body = make_body(make_ct(act))
        service.process.kill()
        service.process.wait()
        assert client.post("/dicomweb/studies", body, content_type=MULTIPART).status_code == 503
    assert not Instance.objects.exists()
