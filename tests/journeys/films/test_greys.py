"""What the browser paints of decoded values is what the platform's own pictures show."""

from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian

from diaphane.kernel.actors import Actor
from diaphane_dicom.looks import describe_look
from diaphane_dicom.render import render_frame
from tests.scenes import Territory
from tests.unit.diaphane_dicom.files import image

from .conftest import Theatre

pytestmark = pytest.mark.browser
UID = str(ExplicitVRLittleEndian)
PAINT = """async ([bytes, look, isWide]) => {
  const { paint, stretch } = await import("/static/diaphane/films/greys.js");
  const { rows: height, columns: width, samples, window } = look;
  const decoded = { octets: Uint8Array.from(bytes), isWide, samples, width, height };
  const chosen = window && { center: window[0], width: window[1] };
  const { data } = paint(decoded, look, chosen ?? (samples === 1 ? stretch(decoded, look) : null));
  return [...data].filter((_value, index) => index % 4 < samples);
}"""
RANDOM = np.random.default_rng(5)
CASES: dict[str, tuple[np.ndarray, dict[str, object]]] = {
    "scanner": (
        RANDOM.integers(-2000, 2000, (30, 41), np.int16),
        {"RescaleIntercept": -24, "RescaleSlope": 1, "WindowCenter": 40, "WindowWidth": 80},
    ),
    "half a unit": (
        RANDOM.integers(0, 4096, (30, 41), np.uint16),
        {
            "bits_stored": 12,
            "RescaleIntercept": -1024,
            "RescaleSlope": 0.5,
            "WindowCenter": 3.5,
            "WindowWidth": 901,
        },
    ),
    "width of one": (RANDOM.integers(0, 9, (30, 41), np.uint16), {"WindowCenter": 4, "WindowWidth": 1}),
    "no window, padding": (
        np.where(RANDOM.random((30, 41)) < 0.2, 60000, RANDOM.integers(100, 3000, (30, 41))).astype(
            np.uint16
        ),
        {"PixelPaddingValue": 60000},
    ),
    "white lowest": (
        RANDOM.integers(0, 1024, (30, 41), np.uint16),
        {"bits_stored": 10, "photometric": "MONOCHROME1", "WindowCenter": 500, "WindowWidth": 700},
    ),
    "eight bits": (RANDOM.integers(0, 256, (30, 41), np.uint8), {"WindowCenter": 100, "WindowWidth": 99}),
    "signed on twelve bits": (
        RANDOM.integers(-2048, 2048, (30, 41), np.int16) & 0x0FFF,
        {"bits_stored": 12, "WindowCenter": 0, "WindowWidth": 3000},
    ),
    "colours": (RANDOM.integers(0, 256, (30, 41, 3), np.uint8), {}),
}


@pytest.mark.filterwarnings("ignore:.*value")
@pytest.mark.parametrize("case", CASES)
def test_the_browser_paints_what_the_platform_renders(
    theatre: Theatre, territory: Territory, session_of: Callable[[Actor], str], case: str
) -> None:
    pixels, elements = CASES[case]
    header = dcmread(BytesIO(image(pixels, **elements)))  # type: ignore[arg-type]
    look = describe_look(header, UID)
    assert look is not None
    rendered = render_frame(header.PixelData, header, UID).astype(int).ravel()
    with theatre.sit(session_of(territory.imageur)) as seat:
        seat.page.goto("/composants/")
        asked = [list(pixels.tobytes()), asdict(look), pixels.itemsize == 2]
        painted = np.array(seat.page.evaluate(PAINT, asked))
    assert np.abs(painted - rendered).max() <= 1  # halves are rounded each their own way
