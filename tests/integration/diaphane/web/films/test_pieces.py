"""Pieces on the wire: many in one answer, in the order asked, exact, and nothing of another act."""

import html
import json
import re
import struct
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.encaps import generate_frames

from diaphane.acts.models import Act
from diaphane.imaging import keeping
from diaphane.imaging.keeping import open_object
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor
from diaphane.web.films.pieces import MOST_PIECES, MalformedPiecesError, read_question, write_records
from diaphane_dicom.frames import read_frame
from tests import scenes
from tests.factories import PatientFactory, PatientIdentifierFactory
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory

from .conftest import Store


def send(client: Client, act: Act, pieces: object) -> HttpResponse:
    return client.post(f"/films/{act.pk}/morceaux/", json.dumps(pieces), content_type="application/json")


def read(content: bytes) -> list[tuple[int, bytes]]:
    """Read records as a client does."""
    records, at = [], 0
    while at < len(content):
        rank, length = struct.unpack_from("<LL", content, at)
        records.append((rank, content[at + 8 : at + 8 + length]))
        at += 8 + length
    assert at == len(content)
    return records


def ask(client: Client, act: Act, *pieces: Iterable[object]) -> list[bytes]:
    response = send(client, act, [[str(one), *others] for one, *others in pieces])
    assert response.status_code == 200
    records = read(b"".join(response))
    assert [rank for rank, _bytes in records] == list(range(len(pieces)))
    return [piece for _rank, piece in records]


@pytest.fixture
def client(territory: Territory, login: Callable[[Actor], Client]) -> Client:
    """Return the browser of the imageur."""
    return login(territory.imageur)


def test_many_beginnings_travel_in_one_answer_and_each_decodes_to_a_quarter(
    act: Act, store: Store, client: Client
) -> None:
    contents = [make_htj2k_ct(act, number=number, SeriesInstanceUID="1.2.77") for number in range(1, 9)]
    stored = [store(content) for content in contents]
    cuts = [each.drawing["cuts"][0] for each in stored]
    wanted = [(each.pk, 1, 0, cut[-3]) for each, cut in zip(stored, cuts, strict=True)]
    for content, piece in zip(contents, ask(client, act, *wanted), strict=True):
        [frame] = generate_frames(dcmread(BytesIO(content)).PixelData, number_of_frames=1)
        quarter = imagecodecs.htj2k_decode(piece, skipres=2)
        assert quarter.shape == (16, 16)
        assert np.array_equal(quarter, imagecodecs.htj2k_decode(frame, skipres=2))


def test_a_beginning_and_its_rest_make_the_stored_frame(act: Act, store: Store, client: Client) -> None:
    content = make_htj2k_ct(act)
    instance = store(content)
    cut = instance.drawing["cuts"][0][-3]
    start, rest = ask(client, act, (instance.pk, 1, 0, cut), (instance.pk, 1, cut, None))
    [[offset, length]] = instance.frames[0]
    assert start + rest == content[offset : offset + length]
    decoded = imagecodecs.htj2k_decode(start + rest)
    assert np.array_equal(decoded, dcmread(BytesIO(make_ct(act, size=64))).pixel_array)


def test_what_is_stored_otherwise_is_encoded_exactly(act: Act, store: Store, client: Client) -> None:
    content = make_ct(act, number=5)
    [piece] = ask(client, act, (store(content).pk, 1, 0, None))
    assert np.array_equal(imagecodecs.htj2k_decode(piece), dcmread(BytesIO(content)).pixel_array)


def test_a_piece_that_cannot_be_had_is_empty_and_the_others_come(
    act: Act, store: Store, client: Client, at: datetime
) -> None:
    instance = store(make_htj2k_ct(act))
    pieces = ask(
        client,
        act,
        (act.pk, 1, 0, None),
        (instance.pk, 0, 0, None),
        (instance.pk, 2, 0, None),
        (instance.pk, 1, 10**12, None),
        (instance.pk, 1, 5, 5),
        (instance.pk, 1, 0, 10**12),
    )
    assert [len(each) for each in pieces] == [0, 0, 0, 0, 0, instance.frames[0][0][1]]


def test_a_file_that_cannot_be_read_empties_its_own_piece_only(
    act: Act, store: Store, client: Client
) -> None:
    lost, kept = store(make_htj2k_ct(act, number=1)), store(make_htj2k_ct(act, number=2))
    keeping.storages["objects"].delete(lost.storage_key)
    first, second = ask(client, act, (lost.pk, 1, 0, None), (kept.pk, 1, 0, None))
    assert (len(first), len(second)) == (0, kept.frames[0][0][1])


def test_an_image_of_another_act_is_not_given_through_this_one(
    territory: Territory, act: Act, store: Store, client: Client
) -> None:
    patient = PatientFactory()
    PatientIdentifierFactory(patient=patient, issuer=territory.site.issuer)
    other = scenes.validated(Territory(**{**vars(territory), "patient": patient})).act
    instance = store(make_htj2k_ct(other))
    assert Instance.objects.get().series.study.act_id == other.pk
    assert ask(client, act, (instance.pk, 1, 0, None)) == [b""]
    assert client.get(f"/films/{act.pk}/{instance.pk}/1.jpg").status_code == 404


@pytest.mark.parametrize(
    "body",
    ["", "no", "[1]", '[["x", 1, 0, 1]]', "[[1, 2, 3, 4]]", '["abcd"]', "null", "[" * 100_000],
)
def test_what_is_no_question_is_refused(act: Act, client: Client, body: str) -> None:
    answer = client.post(f"/films/{act.pk}/morceaux/", body, content_type="application/json")
    assert answer.status_code == 400


def test_too_long_a_question_is_refused(act: Act, client: Client) -> None:
    assert send(client, act, [[str(act.pk), 1, 0, None]] * (MOST_PIECES + 1)).status_code == 400


@pytest.mark.parametrize(
    "numbers", [[-1, 0, 1], [1, -1, 1], [1, 0, -1], [1.5, 0, 1], [True, 0, 1], ["1", 0, 1]]
)
def test_numbers_that_count_nothing_are_refused(act: Act, client: Client, numbers: list[object]) -> None:
    assert send(client, act, [[str(act.pk), *numbers]]).status_code == 400


@given(st.recursive(st.none() | st.integers() | st.text() | st.floats(), st.lists, max_leaves=12))
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        pieces = read_question(json.dumps(value).encode())
    except MalformedPiecesError:
        return
    assert pieces == []


@given(st.lists(st.binary(max_size=90_000), max_size=8))
def test_records_read_back_as_they_were_written(pieces: list[bytes]) -> None:
    assert read(b"".join(write_records(pieces))) == list(enumerate(pieces))


def test_the_page_names_what_its_viewer_will_ask_first(client: Client, act: Act, store: Store) -> None:
    assert read_first_question(client, act) == ""
    series = {"SeriesInstanceUID": "1.2.77"}
    stored = [store(make_htj2k_ct(act, number=number, size=150, **series)) for number in range(1, 5)]
    middle = stored[1]
    cuts = middle.drawing["cuts"][0]
    question = json.loads(read_first_question(client, act))
    assert question == [[str(middle.pk), 1, 0, cuts[-3]], [str(middle.pk), 1, cuts[-3], cuts[-1]]]
    start, rest = read(b"".join(send(client, act, question)))
    [[offset, length]] = middle.frames[0]
    with open_object(middle.storage_key) as stream:
        assert (start[1] + rest[1]) == read_frame(stream, [[offset, length]])


def test_the_page_asks_whole_what_is_encoded_only_then_and_nothing_of_what_the_platform_draws(
    client: Client, act: Act, store: Store
) -> None:
    instance = store(make_ct(act, number=1))
    assert json.loads(read_first_question(client, act)) == [[str(instance.pk), 1, 0, None]]
    Instance.objects.update(drawing=None)
    assert read_first_question(client, act) == ""


def read_first_question(client: Client, act: Act) -> str:
    page = client.get(f"/examens/{act.pk}/apercu/").content.decode()
    [found] = re.findall(r'data-question="([^"]*)"', page)
    return html.unescape(found)
