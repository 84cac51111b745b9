"""The conformance statement says what the code does: addresses and search keys."""

import re
from pathlib import Path

from diaphane.imaging.searching import INSTANCE_KEYS, SERIES_KEYS, STUDY_KEYS
from diaphane.interop.dicomweb.urls import urlpatterns

STATEMENT = (Path(__file__).parents[4] / "docs" / "conformance" / "dicomweb.md").read_text()


def test_every_address_is_stated_and_no_other() -> None:
    stated = set(re.findall(r"^\| `(/[^`]+)` \|", STATEMENT, re.MULTILINE))
    served = {"/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(each.pattern)) for each in urlpatterns}
    names = {"{study_uid}": "{study}", "{series_uid}": "{series}", "{sop_uid}": "{instance}"}
    for ours, theirs in names.items():
        served = {address.replace(ours, theirs) for address in served}
    assert stated == served


def test_every_search_key_is_stated_and_no_other() -> None:
    levels = dict(re.findall(r"^\| (study|series|instance) \| (\w[\w. ]+) \|$", STATEMENT, re.MULTILINE))
    assert {level: keys.split() for level, keys in levels.items()} == {
        "study": list(STUDY_KEYS),
        "series": list(SERIES_KEYS),
        "instance": list(INSTANCE_KEYS),
    }
