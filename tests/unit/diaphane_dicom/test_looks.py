"""How a frame is drawn by a viewer, and what is left to the platform's own pictures."""

from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRLittleEndian

from diaphane_dicom.looks import Look, describe_look

from .files import image, readable_files

UID = str(ExplicitVRLittleEndian)


def header(kind: type = np.uint16, samples: int = 1, **elements: object) -> FileDataset:
    """Return the header of an image of 4 rows and 6 columns."""
    shape = (4, 6) if samples == 1 else (4, 6, 3)
    return dcmread(BytesIO(image(np.zeros(shape, kind), **elements)), stop_before_pixels=True)  # type: ignore[arg-type]


def item(**elements: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def test_a_scanner_slice_is_a_line_and_a_window() -> None:
    described = describe_look(
        header(
            np.int16,
            bits_stored=12,
            RescaleSlope=2,
            RescaleIntercept=-1024,
            WindowCenter=[40, 500],
            WindowWidth=[80, 2000],
            PixelPaddingValue=-2000,
        ),
        UID,
    )
    assert described == Look(
        rows=4,
        columns=6,
        samples=1,
        bits_allocated=16,
        bits_stored=12,
        is_signed=True,
        slope=2.0,
        intercept=-1024.0,
        window=(40.0, 80.0),
        padding=-2000,
    )


def test_the_lowest_value_of_monochrome1_is_white() -> None:
    described = describe_look(header(photometric="MONOCHROME1"), UID)
    assert described is not None
    assert (described.is_inverted, described.window) == (True, None)


def test_eight_bit_colours_are_drawn_as_they_are() -> None:
    described = describe_look(header(np.uint8, samples=3), UID)
    assert described == Look(4, 6, 3, 8, 8, is_signed=False)


def test_each_frame_of_an_enhanced_object_has_its_own_window() -> None:
    enhanced = header()
    enhanced.PerFrameFunctionalGroupsSequence = [
        item(FrameVOILUTSequence=[item(WindowCenter=center, WindowWidth=100)]) for center in (10, 20)
    ]
    looks = [describe_look(enhanced, UID, index=index) for index in (0, 1)]
    assert [each and each.window for each in looks] == [(10.0, 100.0), (20.0, 100.0)]


@pytest.mark.parametrize(
    "elements",
    [
        {"VOILUTFunction": "SIGMOID", "WindowCenter": 1, "WindowWidth": 2},
        {"VOILUTSequence": [item(LUTDescriptor=[2, 0, 8], LUTData=[0, 1])]},
        {"ModalityLUTSequence": [item(LUTDescriptor=[2, 0, 8], LUTData=[0, 1])]},
        {"PhotometricInterpretation": "PALETTE COLOR"},
        {"BitsAllocated": 32},
        {"Rows": ""},
        {"WindowWidth": 80},
    ],
    ids=lambda elements: next(iter(elements)),
)
def test_what_takes_more_is_left_to_pictures(elements: dict[str, object]) -> None:
    described = header()
    for keyword, value in elements.items():
        setattr(described, keyword, value)
    assert describe_look(described, UID) is None


@pytest.mark.filterwarnings("ignore")
def test_no_shipped_file_breaks_the_description() -> None:
    described = [
        describe_look(dataset, str(dataset.file_meta.get("TransferSyntaxUID", UID)))
        for dataset in (dcmread(path, stop_before_pixels=True) for path in readable_files())
    ]
    assert any(described)
    assert None in described
