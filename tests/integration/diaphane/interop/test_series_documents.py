"""The metadata of a whole series, made ready behind: the same as its pieces, and never out of date."""

import json
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import imagecodecs
import pytest
from django.db import connection, transaction
from django.test import Client

from diaphane.acts.models import Act
from diaphane.imaging import preparing
from diaphane.imaging.jobs import prepare_soon
from diaphane.imaging.models import Instance, SeriesDocument, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.preparing import prepare_documents
from diaphane.imaging.reindexing import Run, reindex
from diaphane.kernel.actors import SYSTEM, Actor, Role
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct

from .conftest import Images

pytestmark = pytest.mark.usefixtures("object_store")
READERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": imagecodecs.zstd_decode,
    "deflate": zlib.decompress,
    "": bytes,
}


@pytest.fixture(autouse=True)
def every_series_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FEWEST", 1)


def ask(client: Client, path: str, accepted: str) -> tuple[str, list[dict[str, object]]]:
    """Return the coding of an answer, and the answer."""
    response = client.get(f"{path}/metadata", headers={"Accept-Encoding": accepted})
    assert response.status_code == 200
    coding = response.headers.get("Content-Encoding", "")
    found: list[dict[str, object]] = json.loads(READERS[coding](response.content))
    return coding, found


def prepare(images: Images) -> Study:
    study = Instance.objects.select_related("series__study").all()[0].series.study
    prepare_documents(study.pk)
    assert SeriesDocument.objects.exists()
    return study


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate", "deflate"),
        ("gzip, zstd;q=0, deflate", "deflate"),
        ("identity", ""),
    ],
)
def test_a_document_is_what_the_pieces_say(
    images: Images, imageur_client: Client, accepted: str, coding: str
) -> None:
    _coding, before = ask(imageur_client, images.series_path, accepted)
    prepare(images)
    assert ask(imageur_client, images.series_path, accepted) == (coding, before)
    assert len(before) == Instance.objects.count()


def test_a_document_opens_to_nobody_else(images: Images, login: Callable[[Actor], Client]) -> None:
    prepare(images)
    stranger = login(make_actor(Role.IMAGEUR, StructureFactory()))
    assert stranger.get(f"{images.series_path}/metadata").status_code == 404


def test_a_document_goes_when_an_image_comes(
    images: Images, imageur_client: Client, act: Act, gateway: Actor, at: datetime
) -> None:
    study = prepare(images)
    uid = images.series_path.rpartition("/")[2]
    store_instance(content=make_ct(act, number=90, SeriesInstanceUID=uid), by=gateway, at=at)
    assert not SeriesDocument.objects.exists()
    before = ask(imageur_client, images.series_path, "")
    prepare_documents(study.pk)
    assert SeriesDocument.objects.exists()
    assert ask(imageur_client, images.series_path, "") == before


def test_a_series_with_long_values_at_an_address_has_none(act: Act, gateway: Actor, at: datetime) -> None:
    receipt = store_instance(content=make_ct(act, EncapsulatedDocument=bytes(4000)), by=gateway, at=at)
    assert receipt.study is not None
    prepare_documents(receipt.study.pk)
    assert not SeriesDocument.objects.exists()


def test_a_small_series_has_none(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FEWEST", Instance.objects.count() + 1)
    prepare_documents(Instance.objects.all()[0].series.study_id)
    assert not SeriesDocument.objects.exists()


def test_a_study_that_is_no_more_is_no_error(images: Images) -> None:
    prepare_documents(images.act.requesting_site_id)


def test_asking_twice_queues_one_job(images: Images) -> None:
    study = Instance.objects.all()[0].series.study
    prepare_soon(study.pk)
    prepare_soon(study.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'imaging.prepare_documents'"
        )
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_an_image_that_comes_meanwhile_is_never_left_out(
    images: Images, act: Act, gateway: Actor, at: datetime
) -> None:
    """The job waits for who stores; or its document goes with what is stored after it."""
    study = Instance.objects.all()[0].series.study
    uid = images.series_path.rpartition("/")[2]

    def prepare_apart() -> None:
        prepare_documents(study.pk)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            store_instance(content=make_ct(act, number=91, SeriesInstanceUID=uid), by=gateway, at=at)
            preparing_apart = threads.submit(prepare_apart)
        preparing_apart.result(60)
    document = json.loads(zlib.decompress(SeriesDocument.objects.get().deflated))
    assert len(document) == Instance.objects.filter(series__series_instance_uid=uid).count()


def test_a_document_goes_when_a_row_is_repaired_from_its_file(images: Images, at: datetime) -> None:
    Instance.objects.filter(pk=images.instances[0].pk).update(metadata="{}")
    prepare(images)
    reindex(run=Run(), tell=lambda _tally, _last: None, by=SYSTEM, at=at)
    assert not SeriesDocument.objects.exists()
