"""Pictures of frames, for what the light viewer does not draw by itself."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pydicom import dcmread
from pydicom.uid import MPEG4HP41

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory

from .conftest import Store


@pytest.fixture
def client(territory: Territory, login: Callable[[Actor], Client]) -> Client:
    """Return the browser of the imageur."""
    return login(territory.imageur)


def test_a_frame_comes_as_a_picture_counted_from_one(act: Act, store: Store, client: Client) -> None:
    instance = store(make_ct(act))
    answer = client.get(f"/films/{act.pk}/{instance.pk}/1.jpg")
    assert (answer["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert answer["Cache-Control"].startswith("private")
    for frame in (0, 2):
        assert client.get(f"/films/{act.pk}/{instance.pk}/{frame}.jpg").status_code == 404


def test_what_nobody_decodes_has_no_picture_and_moving_ones_are_counted_apart(
    act: Act, store: Store, client: Client
) -> None:
    dataset = dcmread(BytesIO(make_htj2k_ct(act)))
    dataset.file_meta.TransferSyntaxUID = MPEG4HP41
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    instance = store(stream.getvalue())
    assert client.get(f"/films/{act.pk}/{instance.pk}/1.jpg").status_code == 404
    [film] = client.get(f"/films/{act.pk}/").json()["films"]
    assert (film["slices"], film["hidden"]) == ([], 1)
