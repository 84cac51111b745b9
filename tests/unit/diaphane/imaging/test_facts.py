"""What the checks read of a header is plain, whatever the maker wrote."""

import json

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from diaphane.imaging.facts import KEYWORDS, read_facts
from diaphane_demo.samples import list_pydicom_samples


def test_positions_are_numbers_and_texts_are_clean() -> None:
    header = Dataset()
    header.ImagePositionPatient = ["-120.5", "3", "0"]
    header.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    header.AcquisitionNumber = "4"
    header.ProtocolName = "Crâne \0"
    header.Laterality = ""
    assert read_facts(header) == {
        "ImagePositionPatient": [-120.5, 3.0, 0.0],
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "AcquisitionNumber": 4,
        "ProtocolName": "Crâne",
    }


@pytest.mark.filterwarnings("ignore")
def test_the_samples_of_many_makers_give_facts_that_the_database_keeps() -> None:
    read = 0
    for path in list_pydicom_samples():
        header = dcmread(path, stop_before_pixels=True, force=True)
        facts = read_facts(header)
        assert set(facts) <= set(KEYWORDS)
        assert json.loads(json.dumps(facts, allow_nan=False)) == facts
        read += "ImagePositionPatient" in facts
    assert read > 5
