"""Look at the demo's images as a viewer does: geometry, sides, densities, dose."""

import subprocess
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from diaphane_demo.assets import AssetsUnavailableError, ensure_assets
from diaphane_demo.ct import write_ct
from diaphane_demo.images import build_images
from diaphane_demo.mr import write_mr
from diaphane_dicom.dose import read_dose_report

pytestmark = pytest.mark.slow


def read_series(folder: Path) -> list[Dataset]:
    return [dcmread(path) for path in sorted(folder.glob("*.dcm"))]


@pytest.fixture(scope="module")
def ct(built: Path) -> list[Dataset]:
    return read_series(built / "CT" / "head")


@pytest.fixture(scope="module")
def mr(built: Path) -> list[Dataset]:
    return read_series(built / "MR" / "brain")


def hounsfield(image: Dataset) -> NDArray[np.float64]:
    return image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept)


def at_point(images: list[Dataset], point: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the stored values around a point given in the patient's LPS+ millimetres."""
    levels = [abs(float(image.ImagePositionPatient[2]) - point[2]) for image in images]
    image = images[int(np.argmin(levels))]
    column, row = (
        round((point[axis] - float(image.ImagePositionPatient[axis])) / float(image.PixelSpacing[0]))
        for axis in (0, 1)
    )
    values: NDArray[np.float64] = image.pixel_array[row - 4 : row + 5, column - 4 : column + 5].astype(float)
    return values


@pytest.mark.parametrize(("series", "count", "size"), [("ct", 300, 512), ("mr", 142, 256)])
def test_a_series_is_one_evenly_spaced_volume(
    series: str, count: int, size: int, request: pytest.FixtureRequest
) -> None:
    images: list[Dataset] = request.getfixturevalue(series)
    assert len(images) == count
    for attribute in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        assert len({image[attribute].value for image in images}) == 1
    assert len({image.SOPInstanceUID for image in images}) == count
    assert {(image.Rows, image.Columns) for image in images} == {(size, size)}
    assert {tuple(image.ImageOrientationPatient) for image in images} == {(1, 0, 0, 0, 1, 0)}
    steps = np.diff([float(image.ImagePositionPatient[2]) for image in images])
    assert steps == pytest.approx(float(images[0].SliceThickness))
    assert [image.InstanceNumber for image in images] == list(range(1, count + 1))


def test_dcmtk_reads_the_images(built: Path) -> None:
    for name in ("CT/head/0150.dcm", "MR/brain/0090.dcm"):
        subprocess.run(["dcmdump", "--quiet", str(built / name)], check=True, capture_output=True)


def test_the_ct_is_twelve_bits_in_hounsfield_units(ct: list[Dataset]) -> None:
    assert {(i.BitsStored, i.RescaleIntercept, i.RescaleType) for i in ct} == {(12, -1024, "HU")}
    middle = hounsfield(ct[150])
    assert middle[232:280, 22:70].mean() == pytest.approx(-1000, abs=8)
    assert middle.max() > 1000
    assert 20 < np.median(at_point(ct, (-27, 0, 30))) - 1024 < 45


def test_the_bleed_is_on_the_patient_s_left(ct: list[Dataset]) -> None:
    # LPS+: x grows to the left of the patient.
    assert at_point(ct, (27, 0, 3)).mean() - 1024 == pytest.approx(66, abs=8)
    assert at_point(ct, (-27, 0, 3)).mean() - 1024 < 45


def test_the_noise_of_the_ct_has_a_texture(ct: list[Dataset]) -> None:
    first, second = (hounsfield(ct[index])[232:280, 22:70] for index in (100, 101))
    noise = first - first.mean()
    assert 1 < noise.std() < 15
    power = np.abs(np.fft.fft2(noise)) ** 2
    middle, highest = power[4:9, 4:9].mean(), power[20:28, 20:28].mean()
    assert middle > 5 * highest
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.3


def test_the_ct_says_its_dose(ct: list[Dataset]) -> None:
    assert ct[0].CTDIvol == pytest.approx(42.6)
    assert ct[0].CTDIPhantomTypeCodeSequence[0].CodeValue == "113690"
    assert ct[0].ExposureDoseSequence[0].KVP == 120
    assert "PDL 767 mGy.cm" in ct[0].CommentsOnRadiationDose


def test_the_localizer_shows_the_same_head_from_the_front(built: Path) -> None:
    scout = dcmread(built / "CT" / "localizer" / "0001.dcm")
    assert list(scout.ImageType) == ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    assert list(scout.ImageOrientationPatient) == [1, 0, 0, 0, 0, -1]
    shadow = scout.pixel_array.astype(float)
    left, right = shadow[200:300, 90:200].sum(), shadow[200:300, 312:422].sum()
    assert left == pytest.approx(right, rel=0.05)
    assert shadow[180, 256] > 5 * shadow[180, 20] + 100


def test_the_dose_report_is_of_the_same_study(built: Path, ct: list[Dataset]) -> None:
    report = dcmread(built / "CT" / "dose" / "0001.dcm")
    assert report.StudyInstanceUID == ct[0].StudyInstanceUID
    doses = read_dose_report(report)
    assert Decimal(str(ct[0].CTDIvol)) in {each.value for each in doses}


def test_the_mr_brain_faces_the_front_with_its_stem_at_the_feet(mr: list[Dataset]) -> None:
    assert {(image.BitsAllocated, image.BitsStored, image.Modality) for image in mr} == {(16, 16, "MR")}
    volume = np.stack([image.pixel_array for image in mr]) > 900
    assert volume[:20].sum() < volume[80:100].sum()
    low = np.argwhere(volume[30])  # the cerebellum, behind the middle of the brain
    assert low[:, 0].mean() > np.argwhere(volume[100])[:, 0].mean()


def test_no_slice_of_the_mr_is_air(mr: list[Dataset]) -> None:
    assert min(np.count_nonzero(image.pixel_array > 300) for image in mr) > 900


def test_the_same_files_are_made_each_time(built: Path, assets: Path, tmp_path: Path) -> None:
    write_ct(tmp_path / "ct", assets, count=2)
    write_mr(tmp_path / "mr", assets)
    for made, kept in ((tmp_path / "ct", built / "CT/head"), (tmp_path / "mr", built / "MR/brain")):
        for path in sorted(made.glob("*.dcm"))[:5]:
            assert path.read_bytes() == (kept / path.name).read_bytes()


def test_what_is_built_is_not_built_again(built: Path, tmp_path: Path) -> None:
    assert not build_images(built, tmp_path / "no-assets")
    assert not (tmp_path / "no-assets").exists()


def test_a_package_that_is_not_the_expected_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(AssetsUnavailableError):
        ensure_assets(tmp_path / "assets")
    assert not list((tmp_path / "assets").glob("*.nii.gz"))
