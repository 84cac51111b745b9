"""What the light viewer is told: series in order, looks said once, cuts, what is left to pictures."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from django.test import Client
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.imaging.models import PerformedProcedureStep
from diaphane.kernel.actors import Actor
from tests.images import make_ct, make_htj2k_ct, name_patient
from tests.scenes import Territory

from .conftest import Store

SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
Describe = Callable[[], list[dict[str, object]]]


@pytest.fixture
def describe(territory: Territory, act: Act, login: Callable[[Actor], Client]) -> Describe:
    """Return what asks for the films of the act."""
    client = login(territory.imageur)
    return lambda: client.get(f"/films/{act.pk}/").json()["films"]


def rename(name: str, act: Act) -> bytes:
    """Return one of pydicom's test files, sent for this act's patient."""
    dataset = dcmread(SHIPPED / name)
    name_patient(dataset, act)
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def test_slices_come_in_the_order_of_their_numbers_with_their_cuts_and_one_look(
    act: Act, store: Store, describe: Describe
) -> None:
    stored = {
        number: store(make_htj2k_ct(act, number=number, SeriesInstanceUID="1.2.77")) for number in (3, 1, 2)
    }
    [film] = describe()
    assert [each["id"] for each in film["slices"]] == [str(stored[number].pk) for number in (1, 2, 3)]
    assert (film["name"], film["modality"], film["hidden"]) == ("Parenchyme", "CT", 0)
    [look] = film["looks"]
    assert (look["rows"], look["bits_stored"], look["window"]) == (64, 12, [500.0, 1000.0])
    for each, instance in zip(film["slices"], (stored[1], stored[2], stored[3]), strict=True):
        [[_offset, length]] = instance.frames[0]
        assert each["cuts"] == sorted(set(each["cuts"]))
        assert each["cuts"][-1] == length
        assert len(each["cuts"]) == 6


def test_a_slice_with_another_window_has_another_look(act: Act, store: Store, describe: Describe) -> None:
    for number, center in ((1, 40), (2, 40), (3, 500)):
        store(make_htj2k_ct(act, number=number, SeriesInstanceUID="1.2.77", WindowCenter=center))
    [film] = describe()
    assert [look["window"][0] for look in film["looks"]] == [40, 500]
    assert [each["look"] for each in film["slices"]] == [0, 0, 1]


def test_what_is_stored_otherwise_has_a_look_and_no_cut(act: Act, store: Store, describe: Describe) -> None:
    store(make_ct(act))
    [film] = describe()
    assert film["slices"][0]["look"] == 0
    assert (film["slices"][0]["cuts"], film["slices"][0]["sum"]) == ([], None)


@pytest.mark.parametrize("name", ["SC_rgb_jpeg_dcmtk.dcm", "examples_palette.dcm"])
def test_lossy_colours_and_palettes_are_left_to_pictures(
    act: Act, store: Store, describe: Describe, name: str
) -> None:
    store(rename(name, act))
    [film] = describe()
    assert [each["look"] for each in film["slices"]] == [None]


def test_each_frame_of_an_object_is_a_slice(act: Act, store: Store, describe: Describe) -> None:
    dataset = dcmread(BytesIO(make_ct(act)))
    frames = np.arange(3 * 32 * 32, dtype=np.uint16).reshape(3, 32, 32) % 4096
    dataset.NumberOfFrames, dataset.PixelData = 3, frames.tobytes()
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    store(stream.getvalue())
    [film] = describe()
    assert [each["frame"] for each in film["slices"]] == [1, 2, 3]


def test_what_holds_no_image_has_no_film(act: Act, store: Store, describe: Describe) -> None:
    dataset = dcmread(BytesIO(make_ct(act)))
    del dataset.PixelData
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    store(stream.getvalue())
    assert describe() == []


def test_readers_are_told_what_was_announced_and_has_not_come(
    act: Act, store: Store, territory: Territory, login: Callable[[Actor], Client], at: datetime
) -> None:
    store(make_ct(act, number=1, SeriesInstanceUID="1.2.77"))
    client = login(territory.imageur)
    told = client.get(f"/films/{act.pk}/").json()
    assert (told["awaited"], told["films"][0]["missing"]) == (0, 0)
    PerformedProcedureStep.objects.create(
        site=territory.site,
        act=act,
        sop_instance_uid="2.25.991",
        study_instance_uid=act.study_instance_uid,
        state="COMPLETED",
        revision=1,
        announced=[
            {"series_instance_uid": "1.2.77", "images": 4},
            {"series_instance_uid": "1.2.78", "images": 2},
        ],
        images=6,
        attributes="{}",
        received_at=at,
        changed_at=at,
    )
    told = client.get(f"/films/{act.pk}/").json()
    assert (told["awaited"], told["films"][0]["missing"]) == (5, 3)
